import CCurl

/// One attempt at one request: what libcurl writes into, and what comes of it.
///
/// Lives on the upstream's thread only. The thread keeps it alive while its handle is in use.
final class Transfer {
    let id: UpstreamPoolStateMachine.FetchID
    let target: String
    let request: UpstreamRequest
    let handle: UnsafeMutableRawPointer

    /// Who removes a content coding from the body.
    enum Decoding {
        /// We do, since libcurl takes a compressed body that ends early for a whole one.
        case own
        /// libcurl does, for codings that nobody asked for and zlib does not know.
        case libcurl
    }

    /// Why a callback ended the transfer.
    private enum Stop {
        case tooLarge, tooLargeHead, foreignCoding, damagedCoding
    }

    private let settings: TransferSettings
    private var head = ResponseHead()
    private let decoding: Decoding
    private var body: [UInt8] = []
    private var inflater: BodyInflater?
    private var stop: Stop?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// Prepares a handle that is fresh or has been reset.
    init(
        id: UpstreamPoolStateMachine.FetchID, target: String, request: UpstreamRequest,
        handle: UnsafeMutableRawPointer, settings: TransferSettings, decoding: Decoding
    ) {
        self.id = id
        self.target = target
        self.request = request
        self.handle = handle
        self.settings = settings
        self.decoding = decoding
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setConnectionOptions()
        setRequestOptions()
        setCallbacks()
    }

    deinit {
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// Makes the handle fit for another transfer, which then knows nothing of this one's memory.
    func releaseHandle() -> UnsafeMutableRawPointer {
        curl_easy_reset(handle)
        return handle
    }

    // MARK: - Options

    private func set(_ option: CURLoption, _ value: Int) {
        pitlane_curl_set_long(handle, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        pitlane_curl_set_string(handle, option, value)
    }

    private func setConnectionOptions() {
        set(CURLOPT_URL, settings.origin.text + target)
        // Nothing but HTTP, whatever an answer says; redirects are followed by us, not by libcurl.
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, settings.connectTimeout.milliseconds))
        if settings.origin.isLoopback { set(CURLOPT_NOPROXY, "*") }
        if !settings.verifiesTLS {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let user = settings.origin.user {
            set(CURLOPT_HTTPAUTH, Int(1))  // CURLAUTH_BASIC
            set(CURLOPT_USERNAME, user)
            set(CURLOPT_PASSWORD, settings.origin.password ?? "")
        }
    }

    private func setRequestOptions() {
        set(CURLOPT_HTTPGET, 1)
        if request.method == .head { set(CURLOPT_NOBODY, 1) }
        let fields = HeaderFields.forwarded(of: request)
        // A range of a compressed body could not be decoded.
        let wantsRange = fields.contains { HeaderFields.sameName($0.name, "range") }
        switch decoding {
        case .own:
            add(
                header: "Accept-Encoding",
                settings.asksForCompression && !wantsRange ? "gzip, deflate" : "identity")
        case .libcurl:
            // The option both sends the header and makes libcurl decode.
            set(CURLOPT_ACCEPT_ENCODING, "br, zstd")
        }
        for field in fields { add(header: field.name, field.value) }
        if let etag = request.etag, HeaderFields.isValue(etag) { add(header: "If-None-Match", etag) }
        if let date = request.lastModified, HeaderFields.isValue(date) {
            add(header: "If-Modified-Since", date)
        }
        pitlane_curl_set_list(handle, CURLOPT_HTTPHEADER, headerList)
    }

    private func add(header name: String, _ value: String) {
        // "Name;" is how libcurl is told to send a header without a value.
        headerList =
            curl_slist_append(headerList, value.isEmpty ? "\(name);" : "\(name): \(value)") ?? headerList
    }

    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        pitlane_curl_set_error_buffer(handle, errorText)
        pitlane_curl_set_body_callback(
            handle,
            { data, _, count, context in
                guard let data, let context else { return 0 }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.received(body: UnsafeRawBufferPointer(start: data, count: count)) ? count : 0
            }, context)
        pitlane_curl_set_header_callback(
            handle,
            { data, _, count, context in
                guard let data, let context else { return 0 }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.received(line: UnsafeRawBufferPointer(start: data, count: count)) ? count : 0
            }, context)
    }

    // MARK: - What arrives

    private func received(line: UnsafeRawBufferPointer) -> Bool {
        guard head.append(line: line) else { return end(.tooLargeHead) }
        return true
    }

    private func received(body bytes: UnsafeRawBufferPointer) -> Bool {
        if body.isEmpty, inflater == nil {
            if decoding == .own, isEncoded {
                guard let coding = head.contentCoding, BodyInflater.canDecode(coding) else {
                    return end(.foreignCoding)
                }
                inflater = BodyInflater()
            } else if let length = head.contentLength {
                body.reserveCapacity(min(length, request.maxBodyBytes, UpstreamLimits.reservedBodyBytes))
            }
        }
        guard let inflater else {
            guard bytes.count <= request.maxBodyBytes - body.count else { return end(.tooLarge) }
            body.append(contentsOf: bytes)
            return true
        }
        switch inflater.decode(bytes, into: &body, limit: request.maxBodyBytes) {
        case .decoded: return true
        case .damaged: return end(.damagedCoding)
        case .tooLarge: return end(.tooLarge)
        }
    }

    private func end(_ reason: Stop) -> Bool {
        stop = reason
        return false
    }

    /// Whether the body is in a coding that has to be removed; a part of a compressed body cannot be decoded.
    private var isEncoded: Bool { head.contentCoding != nil && head.status != 206 }

    // MARK: - What comes of it

    /// Judges the transfer once libcurl has ended it.
    func outcome(of code: CURLcode) -> AttemptOutcome {
        let origin = settings.origin.text
        switch stop {
        case .tooLarge: return .failed(.tooLarge(origin: origin, limit: request.maxBodyBytes))
        case .tooLargeHead: return .failed(.tooLargeHead(origin: origin, limit: UpstreamLimits.headBytes))
        case .foreignCoding: return .again
        case .damagedCoding: return damaged("its \(head.contentCoding ?? "compressed") data is damaged")
        case nil: break
        }
        guard code == CURLE_OK else { return failure(of: code) }
        guard head.isComplete else { return damaged("it ends within its headers") }
        guard inflater?.isAtEnd ?? true else { return damaged("its compressed data ends early") }
        if request.followsRedirects, let location = redirectLocation {
            switch settings.origin.redirect(from: target, to: location) {
            case .inside(let target): return .redirect(to: target)
            case .outside(let url): return .failed(.redirectOutside(origin: origin, location: url))
            }
        }
        let isConditional = request.etag != nil || request.lastModified != nil
        return .response(
            UpstreamResponse(
                status: head.status,
                headers: HeaderFields.handedOn(
                    head.fields, bodyDecoded: isEncoded && request.method == .get),
                body: body, notModified: isConditional && head.status == 304))
    }

    private func damaged(_ detail: String) -> AttemptOutcome {
        .damaged(.truncated(origin: settings.origin.text, detail: detail, curlCode: nil))
    }

    private var redirectLocation: String? {
        switch head.status {
        case 301, 302, 303, 307, 308: head.value("Location")
        default: nil
        }
    }

    private func failure(of code: CURLcode) -> AttemptOutcome {
        var systemError = 0
        pitlane_curl_get_long(handle, CURLINFO_OS_ERRNO, &systemError)
        let detail =
            errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
        return TransferFailure(code: code, systemError: Int32(systemError), detail: detail)
            .outcome(origin: settings.origin.text, connectTimeout: settings.connectTimeout)
    }
}
