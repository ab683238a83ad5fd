import Glibc
import ModuleProtocol
import NIOCore

extension ModuleStore {
    /// Takes a baseline of hashes, so that a save that leaves the same bytes is no change even of a file that
    /// nobody has loaded.
    ///
    /// Blocks until everything is read, within ``StoreLimits``: for the thread pool, once, after the watcher has
    /// been started.
    package func indexTree() {
        let isFirst = index.withLockedValue { index in
            guard index.progress == .notStarted else { return false }
            index.progress = .running
            return true
        }
        guard isFirst else { return }
        let watchedSince = index.withLockedValue { $0.watchedSince } ?? FileSignature.stampClock

        var readBytes = 0
        var isComplete = true
        let wasWhole = walk { path, signature in
            guard index.withLockedValue({ $0[path] == nil }) else { return }
            // A file that was saved since the watcher started is about to be reported; its old bytes are not known.
            guard signature.changed < watchedSince else {
                index.withLockedValue { $0.passOver(path) }
                return
            }
            guard signature.size <= min(StoreLimits.indexedFileBytes, configuration.limits.moduleBytes),
                readBytes + signature.size <= StoreLimits.indexedTotalBytes
            else {
                isComplete = false
                index.withLockedValue { $0.passOver(path, signature) }
                return
            }
            guard let (content, current) = try? FileReader.read(path, limit: signature.size, patience: .event)
            else {
                return
            }
            readBytes += content.readableBytes
            // So it is with one that was saved just now: these may be the new bytes.
            guard FileKind.ofPath(path)?.signature == signature else {
                index.withLockedValue { $0.passOver(path) }
                return
            }
            let known = FileIndex.Known(
                hash: ContentHash.sha256Prefix(content), size: content.readableBytes, signature: current)
            index.withLockedValue { $0.addBaseline(path, known) }
        }
        let count = index.withLockedValue { $0.count }
        if !isComplete || !wasWhole {
            logger.notice(
                "the baseline of hashes does not cover every file; saving one of the others is reported once more",
                metadata: ["files": "\(count)", "bytes": "\(readBytes)"])
        }
        index.withLockedValue { $0.progress = .finished(complete: wasWhole) }
        let waiters = indexWaiters.withLockedValue { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in waiters { waiter.succeed() }
    }

    /// Lists modules: files of the baseline, files that were loaded, and what the upstream gave and is in memory.
    /// - Parameters:
    ///   - prefix: Only paths that start with this; a leading slash does not count.
    ///   - limit: At most so many, and at most `ProtocolLimits.listCount`.
    ///   - eventLoop: Where the future is completed.
    /// - Returns: The modules sorted by path, and whether there are more.
    package func list(
        prefix: String?, limit: Int?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<(modules: [ModuleListing], truncated: Bool)> {
        indexed(on: eventLoop).flatMap {
            self.threadPool.runIfActive(eventLoop: eventLoop) { self.listNow(prefix: prefix, limit: limit) }
        }
    }

    /// Whether the baseline is being taken.
    package var isIndexing: Bool { index.withLockedValue { $0.progress } == .running }

    /// Waits for the baseline that is being taken.
    /// - Parameter eventLoop: Where the future is completed.
    package func indexed(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let ready = eventLoop.makePromise(of: Void.self)
        indexWaiters.withLockedValue { waiters in
            // indexTree() sets its progress before it takes the waiters.
            if isIndexing { waiters.append(ready) } else { ready.succeed() }
        }
        return ready.futureResult
    }

    private func listNow(prefix: String?, limit: Int?) -> (modules: [ModuleListing], truncated: Bool) {
        let prefix = prefix.map { $0.utf8.first == UInt8(ascii: "/") ? $0.dropFirst() : $0[...] } ?? ""
        let known = index.withLockedValue { $0 }
        var found: [ModulePath: ModuleListing] = [:]
        func add(_ path: ModulePath, hash: String, size: Int) {
            guard path.string.utf8.starts(with: prefix.utf8), found[path] == nil else { return }
            found[path] = ModuleListing(path: path, hash: hash, size: size)
        }
        known.forEach { file, known in
            guard MIMEType.isModule(MIMEType.essence(forPath: file)) else { return }
            for path in authoriser.modulePaths(ofCanonicalPath: file) {
                add(path, hash: known.hash, size: known.size)
            }
        }
        for record in state.withLockedValue({ $0.cache.records }) where record.module.source == .upstream {
            guard MIMEType.isModule(record.module.contentType) else { continue }
            add(record.module.path, hash: record.module.hash, size: record.module.size)
        }
        let count = min(max(limit ?? .max, 0), configuration.limits.listCount)
        let sorted = found.values.sorted { $0.path < $1.path }
        return (Array(sorted.prefix(count)), sorted.count > count)
    }

    /// Calls `visit` with every file that is served and not ignored, by its real path, each once.
    /// - Returns: Whether nothing was left out because of a limit.
    @discardableResult
    func walk(_ visit: (String, FileSignature) -> Void) -> Bool {
        let hooks = hooks.withLockedValue { $0 }
        var walk = FolderWalk(isIgnored: hooks.isIgnored)
        for folder in folders {
            walk.run(folder) { path, signature in
                if !authoriser.modulePaths(ofCanonicalPath: path).isEmpty { visit(path, signature) }
            }
        }
        return !walk.wasCutShort
    }
}
