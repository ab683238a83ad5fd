import FileWatcher
import Logging
import ModuleProtocol
import ModuleStore
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The way of a save: what the watcher saw goes to the store, and what really changed goes to every session.
struct UpdatePump: Sendable {
    let store: ModuleStore
    let registry: SessionRegistry
    let hot: HotUpdates
    let burst: ChangeBurst
    let repositories: RepositoryLocks
    let threadPool: NIOThreadPool
    let eventLoop: any EventLoop
    let logger: Logger
    private let rescans = RescanGate()
    /// Held from the check that a change still holds until it is told.
    private let tellingOrder = NIOLock()

    /// Takes what the watcher saw.
    ///
    /// Reads the changed files right here, on the watcher's thread, which is
    /// what keeps a save's way short.
    func handle(_ event: FileWatchEvent) {
        let start = NIODeadline.now()
        switch event {
        case .changes(let changes):
            burst.beginReading()
            apply(changes, attempt: 1, since: start)
            burst.endReading(now: .now())
        case .rescan(let reason):
            guard rescans.ask() else { return }
            logger.notice("comparing every file by its hash", metadata: ["reason": "\(reason)"])
            rescan(since: start)
        }
    }

    /// Compares everything; while git is at work, that would have to be done again.
    private func rescan(since start: NIODeadline) {
        guard !repositories.areHeld() else {
            eventLoop.scheduleTask(in: ServerLimits.repositoryLockInterval) { rescan(since: start) }
            return
        }
        threadPool.submit { state in
            guard case .active = state else { return }
            repeat {
                let isIndexing = store.isIndexing
                publish(store.rescan(), since: start)
                if isIndexing { rescanOnceIndexed() }
            } while rescans.ended()
        }
    }

    /// Only with the whole baseline a new file can be told from one that nobody has asked for.
    private func rescanOnceIndexed() {
        store.indexed(on: eventLoop).whenSuccess {
            handle(.rescan(reason: "events were lost while the baseline of hashes was taken"))
        }
    }

    /// What changes together is told together.
    private func apply(_ changes: [FileChange], attempt: Int, since start: NIODeadline) {
        let isLastAttempt = attempt >= ServerLimits.unstableReadAttempts
        var found: [ModuleChange] = []
        var unstable: [FileChange] = []
        for change in changes {
            switch store.apply(
                canonicalPath: change.path, isDirectory: change.isDirectory,
                isCreated: change.kind == .created, acceptsEmpty: isLastAttempt)
            {
            case .unchanged: break
            case .changed(let changes): found += changes
            case .unstable: unstable.append(change)
            }
        }
        publish(found, since: start)
        guard !unstable.isEmpty, !isLastAttempt else { return }
        let again = unstable
        eventLoop.scheduleTask(in: ServerLimits.unstableReadDelay) {
            threadPool.submit { state in
                guard case .active = state else { return }
                apply(again, attempt: attempt + 1, since: start)
            }
        }
    }

    private func publish(_ changes: [ModuleChange], since start: NIODeadline) {
        let settled = changes.filter { $0.compiledHash == nil }
        if !settled.isEmpty { tell(settled, since: start) }
        let compiled = changes.filter { $0.compiledHash != nil }
        if !compiled.isEmpty { recompile(compiled, attempt: 0, since: start) }
    }

    // MARK: The upstream's modules

    /// What came of asking the upstream for a changed file.
    private enum Compiled: Sendable {
        case changed(ModuleChange)
        case failed(ModuleChange, ModuleError)
        /// Still what it was before the save.
        case old(ModuleChange)
    }

    /// Asks the upstream for what it makes of changed files, until that is something new.
    private func recompile(_ changes: [ModuleChange], attempt: Int, since start: NIODeadline) {
        let delays = ServerLimits.compiledReadDelays + ServerLimits.upstreamRetryDelays
        guard attempt < delays.count else { return }
        eventLoop.scheduleTask(in: delays[attempt]) {
            let gathering = Gathering<Compiled>(count: changes.count, on: eventLoop) {
                take($0, attempt: attempt, since: start)
            }
            let bound = NIOLoopBound(gathering, eventLoop: eventLoop)
            for change in changes {
                store.load(change.path, form: .pack, on: eventLoop).whenComplete { result in
                    bound.value.arrived(compiled(change, result, attempt: attempt))
                }
            }
        }
    }

    private func compiled(
        _ change: ModuleChange, _ result: Result<StoredModule, any Error>, attempt: Int
    ) -> Compiled {
        var change = change
        switch result {
        case .success(let module):
            // Told at last even if it is the same: a client may have got the older text in between.
            if module.hash == change.compiledHash, attempt + 1 < ServerLimits.compiledReadDelays.count {
                return .old(change)
            }
            change.hash = module.hash
            change.kind = .changed
            return .changed(change)
        case .failure(let error):
            let error = error as? ModuleError ?? ModuleError(.internal, message: "\(error)")
            if error.code == .notFound { change.hash = nil }
            change.kind = change.hash == nil ? .removed : .changed
            return .failed(change, error)
        }
    }

    private func take(_ compiled: [Compiled], attempt: Int, since start: NIODeadline) {
        var (changes, failures): ([ModuleChange], [ModuleNews]) = ([], [])
        var (old, unanswered): ([ModuleChange], [ModuleChange]) = ([], [])
        for item in compiled {
            switch item {
            case .changed(let change): changes.append(change)
            case .old(let change): old.append(change)
            case .failed(let change, let error):
                changes.append(change)
                failures.append(ModuleNews(path: change.path, outcome: .gone(error)))
                if error.isUpstreamAway { unanswered.append(change) }
            }
        }
        if !old.isEmpty { recompile(old, attempt: attempt + 1, since: start) }
        if !changes.isEmpty { tell(changes, failures: failures, since: start) }
        if !unanswered.isEmpty {
            let next = max(attempt + 1, ServerLimits.compiledReadDelays.count)
            recompile(unanswered, attempt: next, since: start)
        }
    }

    // MARK: Telling

    /// Tells every session of changes, and the pages that run the modules what follows from them.
    private func tell(_ changes: [ModuleChange], failures: [ModuleNews] = [], since start: NIODeadline) {
        let (changes, number) = announce(changes)
        if changes.isEmpty, failures.isEmpty { return }
        let save = Save(changes: changes, failures: failures, sequenceNumber: number, start: start)
        switch burst.take(save, now: .now(), isLocked: repositories.areHeld()) {
        case .now: tellPages(save)
        case .wait: break
        case .waitAndCheck(let delay): checkBurst(in: delay)
        }
    }

    private func checkBurst(in delay: TimeAmount) {
        eventLoop.scheduleTask(in: delay) {
            switch burst.check(now: .now(), isLocked: repositories.areHeld()) {
            case .waitMore(let delay): checkBurst(in: delay)
            case .over(let save):
                threadPool.submit { state in
                    guard case .active = state else { return }
                    tellPages(save)
                }
            }
        }
    }

    /// Tells every session of changes; many at once are told as one `resync`.
    /// - Returns: What was told, without what another thread has meanwhile found to be different, and the number of
    ///   the last event.
    private func announce(_ changes: [ModuleChange]) -> ([ModuleChange], UInt64) {
        tellingOrder.withLock {
            let changes = changes.compactMap(store.stillHolding)
            return (changes, broadcast(changes))
        }
    }

    private func broadcast(_ changes: [ModuleChange]) -> UInt64 {
        for change in changes {
            logger.debug(
                "module \(change.kind.rawValue)",
                metadata: ["path": "\(change.path)", "hash": "\(change.hash ?? "none")"])
        }
        guard changes.count <= ServerLimits.announcedChanges else {
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

extension ModuleError {
    /// Whether the upstream may well answer when it is asked again.
    fileprivate var isUpstreamAway: Bool {
        switch code {
        case .upstreamRefused, .upstreamTimeout, .upstreamTruncated: true
        default: false
        }
    }
}
