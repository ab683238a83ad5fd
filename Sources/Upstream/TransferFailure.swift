import CCurl
import Glibc

/// Tells which of libcurl's failures are worth another attempt, and what to say about the others.
struct TransferFailure {
    let code: CURLcode
    /// The operating system's error number, 0 if there is none.
    let systemError: Int32
    /// libcurl's own words.
    let detail: String

    /// What the failure means for the fetch.
    func outcome(origin: String, connectTimeout: Duration) -> AttemptOutcome {
        switch code {
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING,
            CURLE_BAD_CONTENT_ENCODING:
            return .damaged(.truncated(origin: origin, detail: detail, curlCode: Int(code.rawValue)))

        case CURLE_COULDNT_CONNECT:
            let advice =
                systemError == ECONNREFUSED || systemError == 0
                ? "The dev server at \(origin) refused the connection. Is it running? Start it or change --upstream."
                : "The dev server at \(origin) cannot be reached (\(String(cString: strerror(systemError)))). "
                    + "Start it or change --upstream."
            return failed(.refused, advice)

        case CURLE_COULDNT_RESOLVE_HOST:
            return failed(.refused, "The host of the dev server at \(origin) is unknown. Check --upstream.")

        case CURLE_OPERATION_TIMEDOUT:
            return .failed(.noConnection(origin: origin, limit: connectTimeout))

        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
            return failed(
                .other,
                "The certificate of the dev server at \(origin) cannot be verified (\(detail)). "
                    + "Install its authority, or use http.")

        case CURLE_SSL_CONNECT_ERROR:
            return failed(
                .other,
                "The dev server at \(origin) speaks no TLS that is understood (\(detail)). "
                    + "If it is a plain one, give --upstream an http:// URL.")

        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            return failed(
                .other, "What listens at \(origin) does not answer in HTTP (\(detail)). Check --upstream.")

        default:
            return failed(.other, "The dev server at \(origin) cannot be asked (\(detail)).")
        }
    }

    private func failed(_ kind: UpstreamError.Code, _ message: String) -> AttemptOutcome {
        .failed(UpstreamError(code: kind, message: message, curlCode: Int(code.rawValue)))
    }
}
