import Glibc

/// Visits the regular files below folders, each once; follows no links to folders.
struct FolderWalk {
    private let isIgnored: (String, Bool) -> Bool
    private var visitedFolders: Set<ByteKey> = []
    private var fileCount = 0
    /// Whether a limit left something out.
    private(set) var wasCutShort = false

    init(isIgnored: @escaping (String, Bool) -> Bool) { self.isIgnored = isIgnored }

    /// Walks breadth first, so that a limit leaves out the deepest files.
    mutating func run(_ root: String, visit: (String, FileSignature) -> Void) {
        var level = [root]
        for _ in 0..<StoreLimits.folderDepth where !level.isEmpty {
            var next: [String] = []
            for folder in level where visitedFolders.insert(ByteKey(folder)).inserted {
                for name in Self.names(in: folder) {
                    let path = CanonicalPath.joining(folder, name)
                    guard let (kind, signature) = FileKind.ofPath(path) else { continue }
                    switch kind {
                    case .folder:
                        guard PathRules.objection(toName: name, isLast: false) == nil, !isIgnored(path, true)
                        else { continue }
                        next.append(path)
                    case .regular:
                        guard PathRules.objection(toName: name, isLast: true) == nil, !isIgnored(path, false)
                        else { continue }
                        guard fileCount < StoreLimits.indexedFiles else {
                            wasCutShort = true
                            return
                        }
                        fileCount += 1
                        visit(path, signature)
                    case .link, .other:
                        continue
                    }
                }
            }
            level = next
        }
        if !level.isEmpty { wasCutShort = true }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // The record ends with the name, and may end before the struct's 256 bytes do.
            let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name)!
            let name = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
            // A name that is not UTF-8 cannot be asked for.
            guard let text = String(validatingCString: name), text != ".", text != ".." else { continue }
            names.append(text)
        }
        return names.sorted()
    }
}
