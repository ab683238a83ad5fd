/// The one server that is asked: scheme, host and port, and the path in front of every request.
struct UpstreamOrigin: Sendable, Equatable {
    let scheme: String
    let host: String
    let zone: String?
    let port: Int
    /// The base URL's path without a trailing slash; empty for none.
    let prefix: String
    let user: String?
    let password: String?

    /// Takes the base URL apart.
    ///
    /// - Throws: ``UpstreamError`` with code `invalidURL`, whose message says what is wrong with it.
    init(base: String) throws(UpstreamError) {
        guard let url = ParsedURL(base) else {
            throw UpstreamError(
                code: .invalidURL,
                message: "'\(Self.withoutCredentials(base))' is no upstream URL. "
                    + "Give --upstream an http:// or https:// URL such as http://localhost:3000.")
        }
        guard url.query == nil, !base.utf8.contains(UInt8(ascii: "#")) else {
            throw UpstreamError(
                code: .invalidURL,
                message: "The upstream URL '\(Self.withoutCredentials(base))' has a query or a fragment. "
                    + "Give --upstream the server's base URL only, such as http://localhost:3000.")
        }
        scheme = url.scheme
        host = url.host
        zone = url.zone
        port = url.port
        user = url.user
        password = url.password
        var path = Substring(url.path)
        while path.hasSuffix("/") { path.removeLast() }
        prefix = String(path)
    }

    /// Scheme, host, and port where it is not the scheme's own; without credentials, so it may be shown.
    var text: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)\(zone.map { "%25\($0)" } ?? "")]" : host
        let isDefaultPort = port == (scheme == "https" ? 443 : 80)
        return isDefaultPort ? "\(scheme)://\(name)" : "\(scheme)://\(name):\(port)"
    }

    /// Whether the host is this machine, by name or address.
    var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host == "::ffff:127.0.0.1"
            || isIPv4Loopback
    }

    private var isIPv4Loopback: Bool {
        let parts = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0].elementsEqual("127".utf8)
            && parts.allSatisfy { part in
                Substring(part).allSatisfy(\.isASCII) && UInt8(Substring(part)) != nil
            }
    }

    /// Path and query to ask for, the prefix included.
    ///
    /// - Throws: ``UpstreamError`` with code `invalidURL` for what cannot be one, or what climbs out of the prefix.
    func target(for pathAndQuery: String) throws(UpstreamError) -> String {
        let bytes = pathAndQuery.utf8
        let isURLText = bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") && $0 != 0x5c }
        guard bytes.first == UInt8(ascii: "/"), isURLText, bytes.count <= UpstreamLimits.pathBytes,
            !Self.hasDotSegment(pathAndQuery)
        else {
            throw UpstreamError(
                code: .invalidURL,
                message: "The path cannot be asked for at \(text): it is not a plain URL path.")
        }
        return prefix + pathAndQuery
    }

    /// Where a redirect leads.
    enum RedirectTarget: Equatable {
        /// To a path and query of this origin, prefix included.
        case inside(String)
        /// To another origin; the URL without credentials.
        case outside(String)
    }

    /// Resolves a `Location` against the path and query that was asked for.
    func redirect(from target: String, to location: String) -> RedirectTarget {
        guard let url = ParsedURL(location, relativeTo: text + target), url.scheme == scheme,
            url.host == host,
            url.port == port
        else { return .outside(Self.withoutCredentials(location)) }
        return .inside(url.path + (url.query.map { "?\($0)" } ?? ""))
    }

    private static func hasDotSegment(_ pathAndQuery: String) -> Bool {
        let path = pathAndQuery.prefix { $0 != "?" }
        return path.split(separator: "/").contains { segment in
            let plain = segment.lowercased().split(separator: "%2e", omittingEmptySubsequences: false)
                .joined(separator: ".")
            return plain == "." || plain == ".."
        }
    }

    /// A URL for messages: user and password are left out, control bytes too, and it is cut at a bearable length.
    static func withoutCredentials(_ url: String) -> String {
        var shown = url
        // What begins with one slash has no authority; what has no scheme may be one.
        let start = shown.firstRange(of: "//")?.upperBound ?? shown.startIndex
        let authority = shown[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let at = authority.lastIndex(of: "@") {
            shown.removeSubrange(start...at)
        }
        let printable = shown.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }.prefix(200)
        return String(String.UnicodeScalarView(printable))
    }
}
