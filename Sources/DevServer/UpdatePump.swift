import FileWatcher
import Logging
import ModuleProtocol
import ModuleStore
import NIOCore
import NIOPosix

/// The way of a save: what the watcher saw goes to the store, and what really changed goes to every session.
struct UpdatePump: Sendable {
    let store: ModuleStore
    let registry: SessionRegistry
    let threadPool: NIOThreadPool
    let eventLoop: any EventLoop
    let logger: Logger

    /// Takes what the watcher saw.
    ///
    /// Reads the changed files right here, on the watcher's thread, which is
    /// what keeps a save's way short.
    func handle(_ event: FileWatchEvent) {
        switch event {
        case .changes(let changes):
            for change in changes { apply(change, attempt: 1) }
        case .rescan(let reason):
            logger.notice("comparing every file by its hash", metadata: ["reason": "\(reason)"])
            threadPool.submit { state in
                guard case .active = state else { return }
                broadcast(store.rescan())
            }
        }
    }

    private func apply(_ change: FileChange, attempt: Int) {
        let isLastAttempt = attempt >= ServerLimits.unstableReadAttempts
        switch store.apply(
            canonicalPath: change.path, isDirectory: change.isDirectory, isCreated: change.kind == .created,
            acceptsEmpty: isLastAttempt)
        {
        case .unchanged:
            break
        case .changed(let changes):
            broadcast(changes)
        case .unstable:
            guard !isLastAttempt else { return }
            eventLoop.scheduleTask(in: ServerLimits.unstableReadDelay) {
                threadPool.submit { state in
                    guard case .active = state else { return }
                    apply(change, attempt: attempt + 1)
                }
            }
        }
    }

    private func broadcast(_ changes: [ModuleChange]) {
        let settled = changes.filter { $0.compiledHash == nil }
        if !settled.isEmpty { announce(settled) }
        for change in changes where change.compiledHash != nil { recompile(change, attempt: 0) }
    }

    /// Asks the upstream for what it makes of a changed file, until that is something new.
    private func recompile(_ change: ModuleChange, attempt: Int) {
        let delays = ServerLimits.compiledReadDelays
        eventLoop.scheduleTask(in: delays[attempt]) {
            store.load(change.path, on: eventLoop).whenComplete { result in
                var change = change
                switch result {
                case .success(let module):
                    // Told at last even if it is the same: a client may have got the older text in between.
                    if module.hash == change.compiledHash, attempt + 1 < delays.count {
                        recompile(change, attempt: attempt + 1)
                        return
                    }
                    change.hash = module.hash
                case .failure(let error):
                    if (error as? ModuleError)?.code == .notFound { change.hash = nil }
                }
                change.kind = change.hash == nil ? .removed : .changed
                announce([change])
            }
        }
    }

    /// Tells every session of changes; many at once are told as one `resync`.
    /// - Returns: Number of the last event.
    @discardableResult
    private func announce(_ changes: [ModuleChange]) -> UInt64 {
        for change in changes {
            logger.debug(
                "module \(change.kind.rawValue)",
                metadata: ["path": "\(change.path)", "hash": "\(change.hash ?? "none")"])
        }
        guard changes.count <= ServerLimits.announcedChanges else {
            logger.info("many modules changed at once", metadata: ["modules": "\(changes.count)"])
            return registry.broadcast([.resync])
        }
        return registry.broadcast(changes.flatMap(events))
    }

    /// What is told of one change: what it is to a seed client, and what it is to the page.
    private func events(of change: ModuleChange) -> [ServerEvent] {
        // The upstream's answer counts where there is one: it may make a style sheet of what the name does not tell.
        let type = store.cached(change.path)?.contentType ?? MIMEType.essence(forPath: change.path.filePath)
        if type == MIMEType.css { return [.moduleUpdated(change), .cssUpdated(change)] }
        if MIMEType.isAsset(type) { return [.moduleUpdated(change), .assetUpdated(change)] }
        return [.moduleUpdated(change)]
    }
}
