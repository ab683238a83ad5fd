import Glibc
import ModuleProtocol

/// Decides which file, if any, a module path may name.
///
/// The same one guards every route.
///
/// The final, real path decides: links are followed first, then the result must lie below the root or a mount.
package struct PathAuthoriser: Sendable {
    /// What an admitted path names.
    package enum Outcome: Sendable, Equatable {
        /// A regular file, by its real path.
        case file(String)
        /// A folder, by its real path.
        case folder(String)
        /// Nothing; the upstream may be asked.
        case missing
    }

    /// The root and the mounts, the longest URL prefix first.
    let folders: [ServedFolder]

    /// Finds the folders that are served.
    /// - Parameters:
    ///   - root: Absolute, or relative to the current folder; may be a symbolic link.
    ///   - mounts: URL prefixes served from other folders, inside or outside the root.
    /// - Throws: ``StoreSetupError`` when a folder is missing, is no folder or may not be read.
    package init(root: String, mounts: [(urlPrefix: String, folder: String)] = []) throws(StoreSetupError) {
        var folders = [ServedFolder(urlPrefix: "", canonicalPath: try Self.folder(root, "root folder"))]
        for mount in mounts {
            let prefix: ModulePath
            do throws(ModuleError) {
                prefix = try ModulePath(parsing: mount.urlPrefix)
            } catch {
                throw StoreSetupError(
                    message: "The mount prefix \"\(mount.urlPrefix)\" is no URL path. Use one such as /lib.")
            }
            guard prefix.query == nil else {
                throw StoreSetupError(
                    message: "The mount prefix \"\(mount.urlPrefix)\" must not have a query.")
            }
            let path = prefix.filePath.split(separator: "/").joined(separator: "/")
            let canonical = try Self.folder(mount.folder, "folder of the mount \(mount.urlPrefix)")
            guard !folders.dropFirst().contains(where: { $0.urlPrefix == path }) else {
                throw StoreSetupError(message: "The mount prefix \"\(mount.urlPrefix)\" is given twice.")
            }
            folders.append(ServedFolder(urlPrefix: path, canonicalPath: canonical))
        }
        // The sort is stable, so a mount at / stands in for the root by coming before it.
        self.folders = Array(
            (folders.dropFirst() + folders.prefix(1)).sorted {
                $0.urlPrefix.utf8.count > $1.urlPrefix.utf8.count
            })
    }

    private static func folder(_ path: String, _ what: String) throws(StoreSetupError) -> String {
        let hint = "Check the spelling, or name another folder."
        switch CanonicalPath.resolve(path) {
        case .failure(ENOENT), .failure(ENOTDIR):
            throw StoreSetupError(message: "The \(what) \"\(path)\" does not exist. \(hint)")
        case .failure(let code):
            throw StoreSetupError(
                message:
                    "The \(what) \"\(path)\" cannot be opened: \(String(cString: strerror(code))). \(hint)")
        case .path(let canonical):
            guard FileKind.ofPath(canonical)?.kind == .folder else {
                throw StoreSetupError(message: "The \(what) \"\(path)\" is not a folder. \(hint)")
            }
            guard access(canonical, R_OK | X_OK) == 0 else {
                throw StoreSetupError(
                    message: "The \(what) \"\(path)\" may not be read by this user. Change its permissions, "
                        + "or name another folder.")
            }
            return canonical
        }
    }

    /// Finds what a path names.
    ///
    /// Asks the file system: not for event loops.
    /// - Parameter path: A path that passed ``ModulePath``'s own checks.
    /// - Throws: ``ModuleError`` with ``ErrorCode/forbidden``; its message shows nothing outside the root.
    package func authorise(_ path: ModulePath) throws(ModuleError) -> Outcome {
        let filePath = path.filePath
        let (folder, relative) = target(of: filePath)
        if let reason = PathRules.objection(to: relative) { throw forbidden(path, reason) }

        let candidate = CanonicalPath.joining(folder.canonicalPath, relative)
        switch CanonicalPath.resolve(candidate) {
        case .path(let canonical):
            try check(canonical, for: path)
            return try outcome(canonical, for: path)
        case .failure(ENOENT), .failure(ENOTDIR), .failure(ENAMETOOLONG):
            try checkNearestFolder(of: candidate, for: path)
            return .missing
        case .failure(ELOOP):
            throw forbidden(path, "its symbolic links lead in a circle")
        case .failure(EACCES):
            throw forbidden(path, "Pitlane may not read it; check its permissions")
        case .failure:
            return .missing
        }
    }

    /// Where a module's file is when no link is on the way to it.
    func plainFile(of path: ModulePath) -> String {
        let (folder, relative) = target(of: path.filePath)
        return CanonicalPath.joining(folder.canonicalPath, String(relative))
    }

    /// The folder with the longest prefix of the path, and the rest of the path.
    func target(of filePath: String) -> (ServedFolder, Substring) {
        for folder in folders {
            if let relative = folder.relativePath(ofURLPath: filePath) { return (folder, relative) }
        }
        preconditionFailure("the root's empty prefix is one of every path")
    }

    private func outcome(_ canonical: String, for path: ModulePath) throws(ModuleError) -> Outcome {
        switch FileKind.ofPath(canonical)?.kind {
        case .regular:
            // `x.mjs/` names a folder, and there is none.
            return path.isFolder ? .missing : .file(canonical)
        case .folder:
            return .folder(canonical)
        case .other:
            throw forbidden(path, "it is neither a file nor a folder")
        case .link, nil:
            // It has been replaced since it was resolved.
            return .missing
        }
    }

    private func check(_ canonical: String, for path: ModulePath) throws(ModuleError) {
        var reason: String? = "it leads out of the served folders"
        for folder in folders {
            guard let relative = folder.relativePath(ofCanonicalPath: canonical) else { continue }
            reason = PathRules.objection(to: relative)
            // What one folder admits is served, even if it also lies in a hidden place of another.
            if reason == nil { return }
        }
        if let reason { throw forbidden(path, reason) }
    }

    /// A link out of the root must not tell which files there exist.
    private func checkNearestFolder(of candidate: String, for path: ModulePath) throws(ModuleError) {
        var folder = CanonicalPath.parent(of: candidate)
        while true {
            if case .path(let canonical) = CanonicalPath.resolve(folder) {
                guard folders.contains(where: { $0.relativePath(ofCanonicalPath: canonical) != nil }) else {
                    throw forbidden(path, "it leads out of the served folders")
                }
                return
            }
            guard folder != "/" else { return }
            folder = CanonicalPath.parent(of: folder)
        }
    }

    private func forbidden(_ path: ModulePath, _ reason: String) -> ModuleError {
        ModuleError(
            .forbidden, path: path.string, message: "Pitlane does not serve \"\(path.string)\": \(reason).")
    }

    /// The module paths, without query, that name a file; empty for what is not served.
    /// - Parameter canonicalPath: A real path; the file need not exist.
    func modulePaths(ofCanonicalPath canonicalPath: String) -> [ModulePath] {
        folders.compactMap { folder in
            guard let relative = folder.relativePath(ofCanonicalPath: canonicalPath), !relative.isEmpty,
                PathRules.objection(to: relative) == nil
            else { return nil }
            let url = folder.urlPrefix.isEmpty ? String(relative) : folder.urlPrefix + "/" + relative
            // A mount hides what the root has at its place.
            guard target(of: url).0 == folder else { return nil }
            return ModulePath(filePath: url)
        }
    }
}
