import Logging
import ModuleProtocol
import ModuleStore
import NIOCore

/// Changes that belong together, from the watcher's report on.
struct Save: Sendable {
    var changes: [ModuleChange]
    /// Those that the upstream refused.
    var failures: [ModuleNews] = []
    /// Number of the last event that they were told with.
    var sequenceNumber: UInt64
    /// When the watcher reported the first of them.
    var start: NIODeadline
}

extension UpdatePump {
    /// Tells the pages that run changed modules what follows from that.
    ///
    /// May block for as long as it takes to read what has fallen out of memory.
    func tellPages(_ save: Save) {
        var news = save.failures
        var elsewhere: [EventLoopFuture<ModuleNews>] = []
        var seen = Set(news.map(\.path))
        // In the order of the changes: boundaries are told, and evaluated, in it.
        for change in save.changes
        where seen.insert(change.path).inserted && hot.isRunning(change.path) {
            do throws(ModuleError) {
                guard let module = try store.current(change.path) else {
                    elsewhere.append(load(change.path))
                    continue
                }
                let part = module.packPart()
                if hot.leavesToUpstream(part) {
                    elsewhere.append(rewritten(module))
                } else {
                    news.append(ModuleNews(path: change.path, outcome: .part(part)))
                }
            } catch {
                news.append(ModuleNews(path: change.path, outcome: .gone(error)))
            }
        }
        guard !elsewhere.isEmpty else {
            log(save, hot.apply(news, sequenceNumber: save.sequenceNumber))
            return
        }
        // One update for all of them: what has to be asked for first is waited for.
        let known = news
        EventLoopFuture.whenAllSucceed(elsewhere, on: eventLoop).whenSuccess { loaded in
            log(save, hot.apply(known + loaded, sequenceNumber: save.sequenceNumber))
        }
    }

    private func load(_ path: ModulePath) -> EventLoopFuture<ModuleNews> {
        store.load(path, form: .pack, on: eventLoop).map {
            ModuleNews(path: path, outcome: .part($0.packPart()))
        }.recover { error in
            let error = error as? ModuleError ?? ModuleError(.internal, message: "\(error)")
            return ModuleNews(path: path, outcome: .gone(error))
        }
    }

    private func rewritten(_ module: StoredModule) -> EventLoopFuture<ModuleNews> {
        store.rewritten(module, deflated: false, on: eventLoop).map {
            ModuleNews(path: module.path, outcome: .part($0.packPart()))
        }
    }

    /// One line for each save, unless there are many.
    private func log(_ save: Save, _ reach: [ModulePath: HotUpdates.Reach]) {
        let hundredths = ((NIODeadline.now() - save.start).nanoseconds + 5_000) / 10_000
        let milliseconds = "\(Double(hundredths) / 100)"
        guard save.changes.count <= ServerLimits.loggedSaves else {
            let clients = reach.values.map(\.clients).max() ?? 0
            logger.info(
                "saved",
                metadata: [
                    "modules": "\(save.changes.count)", "clients": "\(clients)", "ms": "\(milliseconds)",
                ])
            return
        }
        for change in save.changes {
            let reach = reach[change.path] ?? HotUpdates.Reach()
            var metadata: Logger.Metadata = [
                "path": "\(change.path)", "importers": "\(reach.importers)",
                "clients": "\(reach.clients)", "ms": "\(milliseconds)",
            ]
            if let hash = change.hash { metadata["hash"] = "\(hash)" }
            if let size = store.knownSize(of: change.path) { metadata["bytes"] = "\(size)" }
            logger.info(change.hash == nil ? "removed" : "saved", metadata: metadata)
        }
    }
}
