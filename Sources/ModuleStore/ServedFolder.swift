/// A folder whose files are served: the root or a mount.
struct ServedFolder: Sendable, Equatable {
    /// The path below which it appears, without slashes at the ends; empty for the root.
    let urlPrefix: String
    /// Its real path.
    let canonicalPath: String

    /// What of a URL path is below the prefix; `nil` when it is elsewhere.
    func relativePath(ofURLPath path: String) -> Substring? {
        Self.remainder(of: path, below: urlPrefix)
    }

    /// What of a real path is below this folder; empty for the folder itself, `nil` when it is elsewhere.
    func relativePath(ofCanonicalPath path: String) -> Substring? {
        // `/` is its own separator.
        canonicalPath == "/"
            ? path.utf8.first == UInt8(ascii: "/") ? path.dropFirst() : nil
            : Self.remainder(of: path, below: canonicalPath)
    }

    /// Compares bytes, and with the separator: `/site-secrets` is not below `/site`.
    private static func remainder(of path: String, below prefix: String) -> Substring? {
        if prefix.isEmpty { return path[...] }
        guard path.utf8.starts(with: prefix.utf8) else { return nil }
        let rest = path.utf8.dropFirst(prefix.utf8.count)
        if rest.isEmpty { return "" }
        return rest.first == UInt8(ascii: "/") ? Substring(rest.dropFirst()) : nil
    }
}
