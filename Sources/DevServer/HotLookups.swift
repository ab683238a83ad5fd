import ModuleProtocol
import ModuleStore
import NIOCore
import NIOPosix

/// Finds the current versions of what a page reports.
///
/// Files are read on the thread pool, some at a time; the upstream is asked for what is not in memory, and not waited
/// for beyond a deadline.
struct HotLookups: Sendable {
    let store: ModuleStore
    let threadPool: NIOThreadPool
    let eventLoop: any EventLoop
    let links: PageLinks
    /// What the upstream has not told by then is left open.
    let deadline: NIODeadline

    /// Looks modules up.
    /// - Parameter items: What a page reports.
    /// - Returns: The same with what was found; never fails but at shutdown.
    func modules(_ items: [HotReportFindings.Item]) -> EventLoopFuture<[HotReportFindings.Item]> {
        inBatches(items, of: ServerLimits.hotReads) { batch in
            threadPool.runIfActive(eventLoop: eventLoop) { batch.map(fromMemoryOrDisk) }
        }.flatMap { items in
            // Only what the upstream has to tell is unknown by now.
            let asked = items.indices.filter { index in
                switch items[index].lookup {
                case .unknown: true
                case .found(let part): store.mayBeRewritten(part.module) && links.leavesBare(part)
                case .gone: false
                }
            }
            return inBatches(asked, of: ServerLimits.graphLoads) { batch in
                EventLoopFuture.whenAllSucceed(batch.map { fromUpstream(items[$0]) }, on: eventLoop)
            }.map { lookups in
                var items = items
                for (index, lookup) in zip(asked, lookups) { items[index].lookup = lookup }
                return items
            }
        }
    }

    private func fromMemoryOrDisk(_ item: HotReportFindings.Item) -> HotReportFindings.Item {
        var item = item
        do throws(ModuleError) {
            item.lookup = try store.current(item.path).map { .found($0.packPart()) } ?? .unknown
        } catch {
            item.lookup = .gone(error)
        }
        return item
    }

    private func fromUpstream(
        _ item: HotReportFindings.Item
    ) -> EventLoopFuture<HotReportFindings.Lookup> {
        if case .found(let part) = item.lookup {
            // Dev servers rewrite bare specifiers: the page runs the upstream's text.
            let rewritten = store.rewritten(part.module, deflated: false, on: eventLoop)
            return inTime(rewritten.map { .found($0.packPart()) }, else: .unknown)
        }
        let loaded = store.load(item.path, form: .pack, on: eventLoop)
        let lookup = loaded.map { HotReportFindings.Lookup.found($0.packPart()) }.recover { error in
            guard let error = error as? ModuleError, error.code == .notFound else { return .unknown }
            return .gone(error)
        }
        return inTime(lookup, else: .unknown)
    }

    /// Compares the files that a page shows.
    /// - Parameter files: What the page knows of them.
    /// - Returns: The current hashes of those that have another one, by the page's spelling.
    func changedFiles(
        _ files: [(raw: String, path: ModulePath, hash: String?)]
    ) -> EventLoopFuture<[String: String?]> {
        inBatches(files, of: ServerLimits.graphLoads) { batch in
            let hashes = batch.map { file in
                // What cannot be told now is told when it changes.
                inTime(
                    store.hash(of: file.path, on: eventLoop).map { Optional.some($0) }.recover { _ in nil },
                    else: nil)
            }
            return EventLoopFuture.whenAllSucceed(hashes, on: eventLoop)
        }.map { hashes in
            var changed: [String: String?] = [:]
            for (file, hash) in zip(files, hashes) {
                if let hash, hash != file.hash { changed.updateValue(hash, forKey: file.raw) }
            }
            return changed
        }
    }

    /// What the future gives, or something else when that takes too long.
    private func inTime<Value: Sendable>(
        _ future: EventLoopFuture<Value>, else fallback: Value
    ) -> EventLoopFuture<Value> {
        let promise = eventLoop.makePromise(of: Value.self)
        // Once it is completed, further completions count for nothing.
        let timer = eventLoop.scheduleTask(deadline: deadline) { promise.succeed(fallback) }
        future.whenComplete { result in
            timer.cancel()
            promise.completeWith(result)
        }
        return promise.futureResult
    }

    /// Does work on some elements at a time; the results are in the elements' order.
    private func inBatches<Element: Sendable, Value: Sendable>(
        _ elements: [Element], of size: Int,
        _ work: @escaping @Sendable ([Element]) -> EventLoopFuture<[Value]>
    ) -> EventLoopFuture<[Value]> {
        @Sendable func run(from start: Int, _ done: [Value]) -> EventLoopFuture<[Value]> {
            guard start < elements.count else { return eventLoop.makeSucceededFuture(done) }
            let end = min(start + size, elements.count)
            return work(Array(elements[start..<end])).flatMap { run(from: end, done + $0) }
        }
        return run(from: 0, [])
    }
}
