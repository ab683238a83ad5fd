import Foundation

/// Knows whether git is at work in the folders that are watched.
///
/// git holds a lock from before the first file that it writes to after the last one, so what changes meanwhile belongs
/// together. Immutable, safe on any thread.
struct RepositoryLocks: Sendable {
    /// Paths of the lock files, each once.
    let paths: [String]

    /// Looks for the repositories that folders are in.
    /// - Parameter folders: Real paths; each and its parents are looked at.
    init(folders: [String]) {
        var paths: [String] = []
        for folder in folders {
            var url = URL(fileURLWithPath: folder, isDirectory: true)
            while true {
                if let lock = Self.lock(in: url) {
                    if !paths.contains(lock) { paths.append(lock) }
                    break
                }
                guard url.path != "/" else { break }
                url.deleteLastPathComponent()
            }
        }
        self.paths = paths
    }

    private static func lock(in folder: URL) -> String? {
        let entry = folder.appendingPathComponent(".git")
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: entry.path, isDirectory: &isFolder) else { return nil }
        if isFolder.boolValue { return entry.appendingPathComponent("index.lock").path }
        // Of a further work tree or a submodule it is a file that names the folder.
        guard let text = try? String(contentsOf: entry, encoding: .utf8), text.hasPrefix("gitdir: ") else {
            return nil
        }
        let name = text.dropFirst("gitdir: ".count).prefix { !$0.isNewline }
        return URL(fileURLWithPath: String(name), isDirectory: true, relativeTo: folder)
            .appendingPathComponent("index.lock").path
    }

    /// Whether git is writing files, one look at the file system for each repository.
    ///
    /// A lock that is older than ``ServerLimits/repositoryLockSeconds`` has been left behind by a crash.
    func areHeld() -> Bool {
        paths.contains { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return false }
            return time(nil) - status.st_mtim.tv_sec <= ServerLimits.repositoryLockSeconds
        }
    }
}
