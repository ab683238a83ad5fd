import ModuleProtocol
import NIOCore

extension ModuleStore {
    /// Opens the file an HTTP path names; never asks the upstream.
    ///
    /// Files up to `ProtocolLimits.moduleBytes` come as bytes, larger ones as an open file.
    /// - Parameters:
    ///   - path: The request target, parsed. Its query does not matter.
    ///   - eventLoop: Where the future is completed.
    /// - Returns: The file or a redirect; fails with a ``ModuleError``, ``ErrorCode/notFound`` when the upstream may
    ///   be asked.
    package func openFile(
        _ path: ModulePath, on eventLoop: any EventLoop
    ) -> EventLoopFuture<FileLookup> {
        // Always looks at the file: whoever saves and asks at once is ahead of the watcher, and must not get the old
        // bytes or a 304 for them.
        threadPool.runIfActive(eventLoop: eventLoop) { try self.lookUp(path) }
    }

    /// Finds the file of a module, for what has to be done with the file itself.
    /// - Parameters:
    ///   - path: The module's path. Its query does not matter.
    ///   - eventLoop: Where the future is completed.
    /// - Returns: The file's real path, authorised; fails with a ``ModuleError`` when there is none.
    package func file(of path: ModulePath, on eventLoop: any EventLoop) -> EventLoopFuture<String> {
        threadPool.runIfActive(eventLoop: eventLoop) {
            guard case .file(let canonical, _) = try self.locate(ModulePath(filePath: path.filePath) ?? path)
            else {
                throw ModuleError(
                    .notFound, path: path.string,
                    message: "There is no file \"\(path.filePath)\" in the served folders; "
                        + "a module that the dev server makes up cannot be opened.")
            }
            return canonical
        }
    }

    private func lookUp(_ path: ModulePath) throws(ModuleError) -> FileLookup {
        // One copy in memory, whatever query the page puts behind it.
        let plain = ModulePath(filePath: path.filePath) ?? path
        switch try locate(plain) {
        case .missing:
            throw notFound(path, isFolder: false, upstreamStatus: nil)
        case .file(let canonical, let name):
            // The module's URL has to be the file's, or its relative imports lead elsewhere.
            guard name == plain else { return .redirect(name.urlPath + Self.query(of: path)) }
            return .file(try open(plain, canonical: canonical))
        case .folder:
            let separator = plain.isFolder ? "" : "/"
            guard let indexPath = ModulePath(filePath: plain.filePath + separator + "index.html"),
                case .file(let canonical) = try authoriser.authorise(indexPath)
            else { throw notFound(path, isFolder: true, upstreamStatus: nil) }
            if plain.isFolder { return .file(try open(indexPath, canonical: canonical)) }
            return .redirect(plain.urlPath + "/" + Self.query(of: path))
        }
    }

    private static func query(of path: ModulePath) -> String {
        path.urlPath.firstIndex(of: "?").map { String(path.urlPath[$0...]) } ?? ""
    }

    private func open(_ path: ModulePath, canonical: String) throws(ModuleError) -> ServedFile {
        if let size = FileKind.ofPath(canonical)?.signature.size, size > configuration.limits.moduleBytes {
            return try openLarge(path, canonical: canonical)
        }
        switch loadFromDisk(path) {
        case .module(let module):
            guard let file = ServedFile(module) else {
                throw notFound(path, isFolder: false, upstreamStatus: nil)
            }
            return file
        case .missing(let isFolder):
            throw notFound(path, isFolder: isFolder, upstreamStatus: nil)
        case .failure(let error):
            // It has grown since.
            guard error.code == .tooLarge else { throw error }
            return try openLarge(path, canonical: canonical)
        }
    }

    private func openLarge(_ path: ModulePath, canonical: String) throws(ModuleError) -> ServedFile {
        do throws(FileReader.Failure) {
            for _ in 1...StoreLimits.readAttempts {
                let file = try OpenFile(canonical)
                let signature = try file.signature()
                let hash: String
                if let known = largeFileHashes.withLockedValue({ $0[signature] }) {
                    hash = known
                } else {
                    guard let streamed = try file.hash(count: signature.size),
                        try file.signature() == signature
                    else { continue }
                    hash = streamed
                    if !signature.isYounger(than: StoreLimits.settledAfterNanoseconds) {
                        remember(hash, of: signature)
                    }
                }
                return ServedFile(
                    path: path, contentType: MIMEType.forPath(path.filePath), hash: hash,
                    size: signature.size,
                    body: .handle(OpenFileHandle(descriptor: file.release())), canonicalFile: canonical)
            }
            throw .unstable
        } catch {
            throw moduleError(error, path)
        }
    }

    private func remember(_ hash: String, of signature: FileSignature) {
        largeFileHashes.withLockedValue { hashes in
            if hashes.count >= StoreLimits.largeFileHashes { hashes.removeAll() }
            hashes[signature] = hash
        }
    }
}

extension ServedFile {
    /// A file that is in memory; `nil` when the module is the upstream's.
    fileprivate init?(_ module: StoredModule) {
        guard let canonicalFile = module.canonicalFile else { return nil }
        self.init(
            path: module.path, contentType: MIMEType.forPath(module.path.filePath), hash: module.hash,
            size: module.size, body: .bytes(module.content), canonicalFile: canonicalFile)
    }
}
