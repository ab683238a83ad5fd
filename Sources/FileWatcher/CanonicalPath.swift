import Glibc

/// Helpers for absolute paths without `.`, `..`, double or trailing slashes.
enum CanonicalPath {
    static func join(_ directory: String, _ name: String) -> String {
        directory == "/" ? "/" + name : directory + "/" + name
    }

    /// Folder and name; nil for the root of the file system and relative paths.
    static func split(_ path: String) -> (directory: String, name: String)? {
        guard path.utf8.first == UInt8(ascii: "/"), let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        else { return nil }
        let name = path[path.utf8.index(after: slash)...]
        guard !name.isEmpty else { return nil }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(name))
    }

    /// Whether the path has the form of a canonical one.
    static func isCanonical(_ path: String) -> Bool {
        guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0) else { return false }
        return path == "/"
            || path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
    }

    static func parent(_ path: String) -> String? { split(path)?.directory }

    /// Whether `path` is `directory` or lies beneath it.
    static func isWithin(_ path: String, _ directory: String) -> Bool {
        if directory == "/" { return true }
        guard path.utf8.starts(with: directory.utf8) else { return false }
        let rest = path.utf8.dropFirst(directory.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/")
    }

    /// The bytes of `path` beneath `directory`, without leading slash.
    static func relative(_ path: String, to directory: String) -> Substring.UTF8View {
        let rest = path.utf8.dropFirst(directory == "/" ? 0 : directory.utf8.count)
        return Substring(rest.first == UInt8(ascii: "/") ? rest.dropFirst() : rest).utf8
    }

    static func depth(_ path: String, below directory: String) -> Int {
        let rest = relative(path, to: directory)
        return rest.isEmpty ? 0 : rest.reduce(1) { $0 + ($1 == UInt8(ascii: "/") ? 1 : 0) }
    }

    /// realpath(3), or nil if the path leads nowhere.
    static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}
