import NIOHTTP1
import WebSocketDeflate

/// The server's half of the opening handshake (RFC 6455 section 4.2), without I/O.
enum WebSocketUpgrade {
    struct Acceptance {
        var deflate: PermessageDeflate?
        /// Headers of the 101 beyond `Upgrade`, `Connection` and `Sec-WebSocket-Accept`.
        var headers: HTTPHeaders
    }

    struct Refusal: Error, Equatable {
        var status: HTTPResponseStatus
        var message: String
        var headers = HTTPHeaders()
    }

    static let subprotocol = "pitlane.1"

    /// Checks a request whose Host is already admitted.
    /// - Parameters:
    ///   - head: The request's head, of method GET.
    ///   - policy: Decides on the Origin.
    ///   - peerIsLoopback: Whether the client is on this machine.
    ///   - negotiatesDeflate: Whether permessage-deflate may be answered.
    static func evaluate(
        _ head: HTTPRequestHead, policy: OriginPolicy, peerIsLoopback: Bool, negotiatesDeflate: Bool
    ) -> Result<Acceptance, Refusal> {
        guard head.version == .http1_1, hasToken("upgrade", in: head.headers["connection"]),
            hasToken("websocket", in: head.headers["upgrade"])
        else {
            return .failure(
                Refusal(
                    status: .upgradeRequired,
                    message: "This address speaks WebSocket. Open it with ws:// or wss://.",
                    headers: ["Upgrade": "websocket", "Connection": "Upgrade"]))
        }
        guard head.headers["sec-websocket-version"] == ["13"] else {
            return .failure(
                Refusal(
                    status: .upgradeRequired, message: "Pitlane speaks WebSocket version 13 only.",
                    headers: ["Sec-WebSocket-Version": "13"]))
        }
        let keys = head.headers["sec-websocket-key"]
        guard keys.count == 1, isKey(keys[0]) else {
            return .failure(
                Refusal(
                    status: .badRequest,
                    message: "Sec-WebSocket-Key must be 16 bytes in base64 (RFC 6455 section 4.1)."))
        }
        let origins = head.headers["origin"]
        guard origins.count <= 1,
            policy.admitsOrigin(
                origins.first, host: head.headers.first(name: "host") ?? "", peerIsLoopback: peerIsLoopback)
        else {
            return .failure(
                Refusal(status: .forbidden, message: RefusalText.origin(origins.joined(separator: ", "))))
        }

        var headers = HTTPHeaders()
        var deflate: PermessageDeflate?
        if negotiatesDeflate,
            let agreed = PermessageDeflate.negotiate(head.headers["sec-websocket-extensions"])
        {
            deflate = agreed.parameters
            headers.add(name: "Sec-WebSocket-Extensions", value: agreed.responseHeader)
        }
        if head.headers[canonicalForm: "sec-websocket-protocol"].contains(where: { $0 == subprotocol }) {
            headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol)
        }
        return .success(Acceptance(deflate: deflate, headers: headers))
    }

    private static func hasToken(_ token: String, in values: [String]) -> Bool {
        values.contains { value in
            value.split(separator: ",").contains { part in
                part.filter { $0 != " " && $0 != "\t" }.lowercased() == token
            }
        }
    }

    /// 16 bytes in base64 are 22 letters and two signs of padding.
    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        return bytes.count == 24 && bytes[22] == UInt8(ascii: "=") && bytes[23] == UInt8(ascii: "=")
            && bytes[..<22].allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }
}

/// What a refused client is told: what happened, and what to do.
enum RefusalText {
    static func host(_ host: String) -> String {
        "Pitlane does not answer for the host \"\(clipped(host))\". "
            + "If it is yours, start Pitlane with --allow-host \(clipped(host))."
    }

    static func origin(_ origin: String) -> String {
        origin.isEmpty
            ? "A client on another machine must send an Origin header."
            : "Pages of the origin \"\(clipped(origin))\" may not use Pitlane. "
                + "If it is yours, start Pitlane with --allow-origin \(clipped(origin))."
    }

    /// A refused header comes from a stranger: only its first printable characters are repeated.
    private static func clipped(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(100).map {
                $0.isASCII && $0.value > 32 && $0.value != 127 ? Character($0) : "?"
            })
    }
}
