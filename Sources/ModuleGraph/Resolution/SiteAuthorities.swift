/// The `host[:port]`s under which this site is reached.
struct SiteAuthorities: Sendable {
    private let http: [[UInt8]]
    private let https: [[UInt8]]

    init(_ authorities: [String]) {
        http = authorities.map { Self.withoutPort($0, ":80") }
        https = authorities.map { Self.withoutPort($0, ":443") }
    }

    private static func withoutPort(_ authority: String, _ port: String) -> [UInt8] {
        let authority = authority.lowercased()
        return Array((authority.hasSuffix(port) ? authority.dropLast(port.utf8.count) : authority[...]).utf8)
    }

    /// A URL of this site without its scheme and authority; any other URL as it is.
    func reduce(_ url: SiteURL) -> SiteURL {
        guard url.form == .special else { return url }
        let names =
            url.scheme.elementsEqual("https".utf8) ? https : url.scheme.elementsEqual("http".utf8) ? http : []
        let authority = url.authority
        guard names.contains(where: { $0.elementsEqual(authority) }) else { return url }
        return SiteURL(
            bytes: Array(url.bytes[url.pathStart...]), form: .site, schemeEnd: 0, pathStart: 0,
            fragmentStart: url.fragmentStart - url.pathStart)
    }

    /// The same for the key of a rule, which may be bare.
    func reduce(key: [UInt8]) -> [UInt8] {
        guard key.starts(with: "http".utf8), let url = SiteURL(parsing: String(decoding: key, as: UTF8.self))
        else {
            return key
        }
        return reduce(url).bytes
    }
}
