import Glibc

/// Names in the file system as the kernel sees them: absolute, without links, `.` and `..`.
enum CanonicalPath {
    enum Outcome {
        case path(String)
        /// `errno` of `realpath`.
        case failure(CInt)
    }

    static func resolve(_ path: String) -> Outcome {
        guard let resolved = realpath(path, nil) else { return .failure(errno) }
        defer { free(resolved) }
        // A name that is not UTF-8 would come back changed; nothing of ours can name it.
        guard let text = String(validatingCString: resolved) else { return .failure(EILSEQ) }
        return .path(text)
    }

    /// The folder a path is in.
    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else {
            return "/"
        }
        return String(path[..<slash])
    }

    static func joining(_ folder: String, _ relative: some StringProtocol) -> String {
        if relative.isEmpty { return folder }
        return folder == "/" ? "/" + relative : folder + "/" + relative
    }
}
