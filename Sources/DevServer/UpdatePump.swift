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
    let hot: HotUpdates
    let threadPool: NIOThreadPool
    let eventLoop: any EventLoop
    let logger: Logger

    /// Takes what the watcher saw.
    ///
    /// Reads the changed files right here, on the watcher's thread, which is
    /// what keeps a save's way short.
    func handle(_ event: FileWatchEvent) {
        let start = NIODeadline.now()
        switch event {
        case .changes(let changes):
            apply(changes, attempt: 1, since: start)
        case .rescan(let reason):
            logger.notice("comparing every file by its hash", metadata: ["reason": "\(reason)"])
            threadPool.submit { state in
                guard case .active = state else { return }
                publish(store.rescan(), since: start)
            }
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

    /// Asks the upstream for what it makes of changed files, until that is something new.
    private func recompile(_ changes: [ModuleChange], attempt: Int, since start: NIODeadline) {
        let delays = ServerLimits.compiledReadDelays
        eventLoop.scheduleTask(in: delays[attempt]) {
            let gathering = NIOLoopBound(
                Gathering<Compiled>(count: changes.count, on: eventLoop) { compiled in
                    tell(compiled.map(\.change), failures: compiled.compactMap(\.failure), since: start)
                }, eventLoop: eventLoop)
            let old = NIOLoopBoundBox<[ModuleChange]>([], eventLoop: eventLoop)
            let loads = changes.map { change in
                store.load(change.path, form: .pack, on: eventLoop).map { module in
                    // Told at last even if it is the same: a client may have got the older text in between.
                    if module.hash == change.compiledHash, attempt + 1 < delays.count {
                        old.value.append(change)
                        gathering.value.arrived(nil)
                        return
                    }
                    var change = change
                    change.hash = module.hash
                    change.kind = .changed
                    gathering.value.arrived(Compiled(change: change))
                }.recover { error in
                    let error = error as? ModuleError ?? ModuleError(.internal, message: "\(error)")
                    var change = change
                    if error.code == .notFound { change.hash = nil }
                    change.kind = change.hash == nil ? .removed : .changed
                    gathering.value.arrived(Compiled(change: change, failure: (change.path, error)))
                }
            }
            EventLoopFuture.whenAllComplete(loads, on: eventLoop).whenSuccess { _ in
                if !old.value.isEmpty { recompile(old.value, attempt: attempt + 1, since: start) }
            }
        }
    }

    /// What the upstream made of a changed file.
    private struct Compiled: Sendable {
        var change: ModuleChange
        var failure: (path: ModulePath, error: ModuleError)?
    }

    /// Tells every session of changes, and the pages that run the modules what follows from them.
    private func tell(
        _ changes: [ModuleChange], failures: [(path: ModulePath, error: ModuleError)] = [],
        since start: NIODeadline
    ) {
        guard !changes.isEmpty else { return }
        let number = announce(changes)
        var news = failures.map { ModuleNews(path: $0.path, outcome: .gone($0.error)) }
        var elsewhere: [ModulePath] = []
        var seen = Set(news.map(\.path))
        for change in changes where seen.insert(change.path).inserted && hot.isRunning(change.path) {
            do throws(ModuleError) {
                if let module = try store.current(change.path) {
                    news.append(ModuleNews(path: change.path, outcome: .part(module.packPart())))
                } else {
                    elsewhere.append(change.path)
                }
            } catch {
                news.append(ModuleNews(path: change.path, outcome: .gone(error)))
            }
        }
        // One update for all of them: what has to be asked for first is waited for.
        guard !elsewhere.isEmpty else {
            log(changes, hot.apply(news, sequenceNumber: number), since: start)
            return
        }
        let known = news
        let loads = elsewhere.map { path in
            store.load(path, form: .pack, on: eventLoop).map {
                ModuleNews(path: path, outcome: .part($0.packPart()))
            }.recover { error in
                let error = error as? ModuleError ?? ModuleError(.internal, message: "\(error)")
                return ModuleNews(path: path, outcome: .gone(error))
            }
        }
        EventLoopFuture.whenAllSucceed(loads, on: eventLoop).whenSuccess { loaded in
            log(changes, hot.apply(known + loaded, sequenceNumber: number), since: start)
        }
    }

    /// One line for each save, unless there are many.
    private func log(
        _ changes: [ModuleChange], _ reach: [ModulePath: HotUpdates.Reach], since start: NIODeadline
    ) {
        let hundredths = ((NIODeadline.now() - start).nanoseconds + 5_000) / 10_000
        let ms = Double(hundredths) / 100
        guard changes.count <= ServerLimits.loggedSaves else {
            logger.info("saved", metadata: ["modules": "\(changes.count)", "ms": "\(ms)"])
            return
        }
        for change in changes {
            var metadata: Logger.Metadata = [
                "path": "\(change.path)", "hash": "\(change.hash ?? "none")",
                "importers": "\(reach[change.path]?.importers ?? 0)",
                "clients": "\(reach[change.path]?.clients ?? 0)", "ms": "\(ms)",
            ]
            if let size = store.knownSize(of: change.path) { metadata["bytes"] = "\(size)" }
            logger.info(change.hash == nil ? "removed" : "saved", metadata: metadata)
        }
    }

    /// Tells every session of changes; many at once are told as one `resync`.
    /// - Returns: Number of the last event.
    private func announce(_ changes: [ModuleChange]) -> UInt64 {
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
