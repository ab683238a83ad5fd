import CCurl

/// A URL taken apart by libcurl's own parser, so that no two parsers can disagree about a host.
struct ParsedURL: Equatable {
    var scheme: String
    /// In lower case, without an IPv6 address's brackets.
    var host: String
    /// An IPv6 address's zone, such as `eth0`.
    var zone: String?
    var port: Int
    var path: String
    var query: String?
    var user: String?
    var password: String?

    /// Parses an absolute URL, or a reference relative to `base` (RFC 3986, section 5.2).
    /// - Returns: nil for what is no http or https URL.
    init?(_ text: String, relativeTo base: String? = nil) {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        if let base, curl_url_set(handle, CURLUPART_URL, base, 0) != CURLUE_OK { return nil }
        guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK else { return nil }

        guard let scheme = Self.part(CURLUPART_SCHEME, of: handle)?.lowercased(),
            scheme == "http" || scheme == "https",
            let host = Self.part(CURLUPART_HOST, of: handle)?.lowercased(), !host.isEmpty,
            let port = Self.part(CURLUPART_PORT, of: handle, UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) })
        else { return nil }
        self.scheme = scheme
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.zone = Self.part(CURLUPART_ZONEID, of: handle)
        self.port = port
        self.path = Self.part(CURLUPART_PATH, of: handle) ?? "/"
        self.query = Self.part(CURLUPART_QUERY, of: handle)
        self.user = Self.part(CURLUPART_USER, of: handle, UInt32(CURLU_URLDECODE))
        self.password = Self.part(CURLUPART_PASSWORD, of: handle, UInt32(CURLU_URLDECODE))
    }

    private static func part(_ what: CURLUPart, of handle: OpaquePointer, _ flags: UInt32 = 0) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, what, &value, flags) == CURLUE_OK, let value else { return nil }
        defer { curl_free(value) }
        return String(cString: value)
    }
}
