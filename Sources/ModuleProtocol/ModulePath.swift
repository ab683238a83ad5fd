/// A module's place on the site: a URL path below the root, normalised, with its query.
///
/// Two spellings of one path give the same value: percent sequences are decoded once (only `%` itself stays
/// `%25`, so that the text can be parsed again), `.` and `..` are resolved, doubled and leading slashes are
/// dropped. Comparison is by bytes: file names that only Unicode regards as equal are two files.
package struct ModulePath: Sendable, CustomStringConvertible {
    /// The normalised path without leading slash, with `?` and the raw query if there is one.
    ///
    /// Such as `lib/disk.mjs?v=1`. Ends with a slash when it names a folder; empty for the root.
    package let string: String

    /// Parses a path from the wire or from an HTTP request target.
    ///
    /// Safe on any thread. This is purely textual; which file it may name is the path authoriser's business.
    /// - Parameters:
    ///   - raw: `lib/x.mjs`, `/lib/x.mjs?v=1` or `https://host/lib/x.mjs`.
    ///   - siteAuthorities: The `host[:port]`s that are this site, for full URLs.
    /// - Throws: ``ModuleError`` with ``ErrorCode/forbidden`` for what would leave the root or is not a path
    ///   of this site, ``ErrorCode/badRequest`` for what is no path at all.
    package init(parsing raw: String, siteAuthorities: [String] = []) throws(ModuleError) {
        var raw = raw
        let result = raw.withUTF8 { bytes in
            Result { () throws(ModuleError) -> String in
                try PathParser.parse(bytes, siteAuthorities: siteAuthorities)
            }
        }
        string = try result.get()
    }

    /// Takes a file's path relative to the root, as the file system spells it.
    /// - Parameter filePath: Without leading slash; `nil` is returned for names that no URL path of ours has.
    package init?(filePath: String) {
        guard !filePath.utf8.contains(where: PathParser.isForbiddenInFilePath),
            !filePath.utf8.contains(UInt8(ascii: "?"))
        else { return nil }
        string = PathParser.escapingPercent(filePath)
    }

    private init(normalised: String) { string = normalised }

    /// The path without its query, as the file system spells it: `lib/disk.mjs`.
    package var filePath: String {
        let end = string.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = string[..<(end ?? string.endIndex)]
        if path.utf8.contains(UInt8(ascii: "%")) { return PathParser.unescapingPercent(path) }
        return end == nil ? string : String(path)
    }

    /// What follows the `?`, undecoded; `nil` without one.
    package var query: Substring? {
        string.utf8.firstIndex(of: UInt8(ascii: "?")).map { string[string.utf8.index(after: $0)...] }
    }

    /// Whether the path ends like a folder's.
    package var isFolder: Bool { filePath.isEmpty || filePath.utf8.last == UInt8(ascii: "/") }

    /// The percent-encoded path and query for a request to the upstream, with a leading slash.
    package var urlPath: String {
        let path = "/" + PathParser.percentEncoding(filePath, query: false)
        return query.map { path + "?" + PathParser.percentEncoding(String($0), query: true) } ?? path
    }

    /// Resolves an import specifier against this module, as a browser resolves it against the module's URL.
    /// - Parameter specifier: The specifier, decoded.
    /// - Returns: The path it names on this site; `nil` for a bare specifier, another site's URL, one with a
    ///   fragment, and what is no path of ours.
    package func resolving(_ specifier: String) -> ModulePath? {
        let isRootRelative = specifier.utf8.first == UInt8(ascii: "/")
        guard isRootRelative || specifier.hasPrefix("./") || specifier.hasPrefix("../"),
            !specifier.hasPrefix("//"), specifier.utf8.count <= ProtocolLimits.pathBytes
        else { return nil }
        var absolute = isRootRelative ? specifier : folder + specifier
        let resolved = absolute.withUTF8 { bytes in
            Result { () throws(ModuleError) -> String in
                try PathParser.parsePath(bytes[...], clampsToRoot: true)
            }
        }
        return (try? resolved.get()).map(ModulePath.init(normalised:))
    }

    /// The part of ``string`` that relative specifiers start from: empty, or ending with a slash.
    private var folder: Substring {
        let end = string.utf8.firstIndex(of: UInt8(ascii: "?")) ?? string.endIndex
        guard let slash = string.utf8[..<end].lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return string[...slash]
    }

    package var description: String { string }
}

extension ModulePath: Hashable, Comparable {
    package static func == (left: ModulePath, right: ModulePath) -> Bool {
        left.string.utf8.elementsEqual(right.string.utf8)
    }

    package static func < (left: ModulePath, right: ModulePath) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var text = string
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
