import ModuleProtocol

/// A URL as far as module resolution needs it, normalised by the URL Standard's rules.
///
/// The page's own origin need not be known: a URL without scheme and authority is one of this site, and
/// serialises from its path on (`/lib/a.mjs?v=1`). Two URLs are equal when their serialisations are, as the
/// HTML Standard compares them: `%41` and `A`, `a//b` and `a/b` differ, though they name one ``ModulePath``.
///
/// Left out, because no module of a development site depends on it: IDNA and the numeric forms of host names
/// (such hosts are kept as written, so they are never this site) and the drive letters of `file:` URLs.
package struct SiteURL: Sendable, Hashable, CustomStringConvertible {
    /// How the part after the scheme is built.
    enum Form: Sendable {
        /// No scheme: a URL of this site.
        case site
        /// A scheme with the URL Standard's special rules, such as `https`.
        case special
        /// Any other scheme with a path of segments.
        case hierarchical
        /// Any other scheme with an opaque path, such as `data:` or `node:`.
        case opaque

        /// Whether a backslash is a slash, and an empty path a slash.
        var isSpecial: Bool { self == .site || self == .special }
    }

    /// The serialisation.
    let bytes: [UInt8]
    let form: Form
    /// Bytes of the scheme; zero without one.
    let schemeEnd: Int
    /// Where the path starts; what stands before is scheme and authority.
    let pathStart: Int
    /// Where the fragment's `#` is; the end without one.
    let fragmentStart: Int

    /// The URL of a module of this site, spelled as a browser spells it.
    /// - Parameter path: The module; its query is kept.
    package init(_ path: ModulePath) {
        var text = path.string
        self = text.withUTF8 { SiteURLParser.siteURL(ofPath: $0) }
    }

    /// Parses an absolute URL, or one of this site that starts with a slash.
    ///
    /// Safe on any thread; costs time linear in the text's length.
    /// - Parameter text: `https://host/index.html` or `/index.html?x`.
    /// - Returns: `nil` for what is no URL, or is relative.
    package init?(parsing text: String) {
        self.init(parsing: text, base: text.utf8.first == UInt8(ascii: "/") ? SiteURLParser.root : nil)
    }

    /// Resolves a URL reference against this URL (URL Standard, "basic URL parser" with a base).
    /// - Parameter reference: `../a.mjs`, `/a.mjs`, `?x`, `//host/a.mjs` (`https` is assumed where the
    ///   base has no scheme) or an absolute URL.
    /// - Returns: `nil` for what is no URL.
    package func resolving(_ reference: String) -> SiteURL? {
        SiteURL(parsing: reference, base: self)
    }

    /// The URL that a specifier, or a target of an import map, stands for (HTML Standard, "resolve a URL-like
    /// module specifier"); `nil` for a bare one.
    func resolvingURLLike(_ specifier: String) -> SiteURL? {
        SiteURL(parsing: specifier, base: Self.startsLikePath(specifier) ? self : nil)
    }

    /// Whether a specifier starts with `/`, `./` or `../`.
    static func startsLikePath(_ specifier: String) -> Bool {
        let bytes = specifier.utf8
        return bytes.first == UInt8(ascii: "/") || bytes.starts(with: "./".utf8)
            || bytes.starts(with: "../".utf8)
    }

    /// The module of this site that the URL names, without its fragment.
    ///
    /// `nil` for a URL with a scheme, and for what ``ModulePath`` refuses.
    package var modulePath: ModulePath? {
        guard form == .site else { return nil }
        // More than one leading slash would read as another site's URL.
        let start = bytes[..<fragmentStart].firstIndex { $0 != UInt8(ascii: "/") } ?? fragmentStart
        let path = String(decoding: bytes[(start - 1)..<fragmentStart], as: UTF8.self)
        return try? ModulePath(parsing: path)
    }

    /// Whether there is a fragment, be it an empty one.
    package var hasFragment: Bool { fragmentStart < bytes.count }

    package var description: String { String(decoding: bytes, as: UTF8.self) }

    init(bytes: [UInt8], form: Form, schemeEnd: Int, pathStart: Int, fragmentStart: Int) {
        self.bytes = bytes
        self.form = form
        self.schemeEnd = schemeEnd
        self.pathStart = pathStart
        self.fragmentStart = fragmentStart
    }

    private init?(parsing text: String, base: SiteURL?) {
        var text = text
        let parsed = text.withUTF8 { SiteURLParser.parse($0, base: base) }
        guard let parsed else { return nil }
        self = parsed
    }

    var scheme: ArraySlice<UInt8> { bytes[..<schemeEnd] }
    var endsWithSlash: Bool { bytes.last == UInt8(ascii: "/") }
    /// The authority of a URL whose scheme is special.
    var authority: ArraySlice<UInt8> { bytes[(schemeEnd + "://".utf8.count)..<pathStart] }
}

extension SiteURL {
    package static func == (left: SiteURL, right: SiteURL) -> Bool { left.bytes == right.bytes }

    package func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
