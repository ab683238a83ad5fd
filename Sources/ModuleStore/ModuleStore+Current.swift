import ModuleProtocol
import NIOCore

extension ModuleStore {
    /// A module as it is now, with its part of packs made: from memory, else from its file.
    ///
    /// What came from the upstream counts as current while it is in memory: its changes are told by the watcher.
    /// May block: for the thread pool and the watcher's thread.
    /// - Parameter path: The module's path.
    /// - Returns: `nil` when only the upstream can tell.
    /// - Throws: Why there is no such module, ``ErrorCode/notFound`` only when there is no upstream to ask.
    package func current(_ path: ModulePath) throws(ModuleError) -> StoredModule? {
        // A change's text is in memory already: only its part of packs has to be made.
        if let module = cached(path) {
            if try module.prepare(.pack) { state.withLockedValue { $0.cache.recharge(module) } }
            return module
        }
        let known = state.withLockedValue { $0.cache.record(ByteKey(path.string))?.module }
        let module: StoredModule
        if let known, known.source == .upstream {
            module = known
        } else if prefersUpstream(path) {
            return nil
        } else {
            switch loadFromDisk(path) {
            case .module(let found): module = found
            case .failure(let error): throw error
            case .missing(let isFolder):
                if upstream != nil { return nil }
                throw notFound(path, isFolder: isFolder, upstreamStatus: nil)
            }
        }
        if try module.prepare(.pack) { state.withLockedValue { $0.cache.recharge(module) } }
        return module
    }

    /// The version of a module that is in memory now; the given one when there is none that is ready to be sent.
    ///
    /// For event loops. Whoever reads a module and tells of it later keeps to the order of changes by this.
    package func latest(_ module: StoredModule) -> StoredModule {
        let known = state.withLockedValue { $0.cache.record(ByteKey(module.path.string))?.module }
        guard let known, known.isPrepared(.pack) else { return module }
        return known
    }

    /// Bytes of a module as far as they are known without reading; for the log.
    ///
    /// May look at the file system.
    package func knownSize(of path: ModulePath) -> Int? {
        if let known = state.withLockedValue({ $0.cache.record(ByteKey(path.string))?.module }) {
            return known.size
        }
        guard let outcome = try? locate(path), case .file(let canonical, _) = outcome else { return nil }
        return index.withLockedValue { $0[canonical]?.size }
    }
}
