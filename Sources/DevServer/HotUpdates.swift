import ModuleGraph
import ModuleProtocol
import ModuleStore
import NIOConcurrencyHelpers
import NIOCore
import WebSocketDeflate

/// What every session's page runs, and who is to be told what when modules change.
///
/// Pages that run the same are one: a change is decided and encoded once for all of them. Safe on any thread; what
/// is decided is queued on the sessions' event loops under the lock, so each session gets it in order.
final class HotUpdates: Sendable {
    typealias SessionID = ObjectIdentifier

    /// Pages that run the same, and their sessions.
    struct Group: Sendable {
        var page: HotPage
        let context: HotContext
        var members: Set<SessionID> = []
    }

    struct Session: Sendable {
        let target: HotTarget
        /// `nil` before the first report, and while one is looked into.
        var group: Int?
        /// What it ran when the report that is looked into came; decisions wait for it.
        var suspended: (page: HotPage, context: HotContext)?
        /// Where ``State/log`` was then.
        var logStart = 0
        /// Whether a report is looked into.
        var isReporting = false
    }

    struct State: Sendable {
        var sessions: [SessionID: Session] = [:]
        var groups: [Int: Group] = [:]
        var nextGroup = 0
        /// Paths that changed since the oldest report that is looked into.
        var log: [ModulePath] = []
        var reporting = 0
        var bases = DeltaBases(maximumBytes: StoreLimits.deltaBaseBytes)
        var contexts: [HotContext.Key: HotContext] = [:]
    }

    /// How far a change reached.
    struct Reach: Sendable {
        var importers = 0
        var clients = 0
    }

    let store: ModuleStore
    let registry: SessionRegistry
    let state = NIOLockedValueBox(State())

    init(store: ModuleStore, registry: SessionRegistry) {
        self.store = store
        self.registry = registry
    }

    // MARK: Sessions

    /// Takes note of a session that reports what it runs.
    func join(_ target: HotTarget, as id: SessionID) {
        state.withLockedValue { state in
            if state.sessions[id] == nil { state.sessions[id] = Session(target: target) }
        }
    }

    /// Forgets a session; nothing is sent to it any more.
    func leave(_ id: SessionID) {
        state.withLockedValue { state in
            state.detach(id)
            guard let session = state.sessions.removeValue(forKey: id) else { return }
            if session.isReporting { state.endReport() }
            state.dropUnusedContexts()
        }
    }

    /// The context of what a session has reported so far.
    func context(of id: SessionID) -> HotContext? {
        state.withLockedValue { state in
            let session = state.sessions[id]
            return session?.suspended?.context ?? session?.group.flatMap { state.groups[$0]?.context }
        }
    }

    /// The context of pages with one import map; one for all of them.
    func context(_ key: HotContext.Key) -> HotContext {
        state.withLockedValue { state in
            if let context = state.contexts[key] { return context }
            let context = HotContext(key)
            state.contexts[key] = context
            return context
        }
    }

    // MARK: Changes

    /// Whether somebody has to be told of a module's changes.
    func isRunning(_ path: ModulePath) -> Bool {
        state.withLockedValue { state in
            state.reporting > 0 || state.groups.values.contains { $0.page.running[path] != nil }
        }
    }

    /// Whether a module has imports that some page leaves to the upstream, which writes them in another way.
    func leavesToUpstream(_ part: PackPart) -> Bool {
        guard store.mayBeRewritten(part.module) else { return false }
        return state.withLockedValue { state in
            state.groups.values.contains { group in
                group.page.running[part.module.path] != nil && group.context.links.leavesBare(part)
            }
        }
    }

    /// Decides about changes, once for all pages that run the same, and sends what follows.
    ///
    /// May be called on any thread.
    /// - Parameters:
    ///   - changes: At most one for each module.
    ///   - sequenceNumber: Number of the last event that they were told with.
    /// - Returns: For each module how far its change reached.
    @discardableResult
    func apply(_ changes: [ModuleNews], sequenceNumber: UInt64) -> [ModulePath: Reach] {
        state.withLockedValue { state in
            if state.reporting > 0 { state.log += changes.map(\.path) }
            var reach: [ModulePath: Reach] = [:]
            var encoder = HotEncoder(sequenceNumber: sequenceNumber)
            var changedGroups: [Int] = []
            let changes = changes.map { $0.updated(by: store) }
            for number in Array(state.groups.keys) {
                let relevant = changes.filter { state.groups[number]?.page.running[$0.path] != nil }
                guard !relevant.isEmpty, let context = state.groups[number]?.context,
                    let members = state.groups[number]?.members
                else { continue }
                for change in relevant {
                    let importers = state.groups[number]?.page.graph.importerCount(of: change.path) ?? 0
                    let earlier = reach[change.path] ?? Reach()
                    reach[change.path] = Reach(
                        importers: max(earlier.importers, importers),
                        clients: earlier.clients + members.count)
                }
                // In place: a copy of the page would cost more than the decision.
                guard let outcome = state.groups[number]?.page.apply(relevant.map { $0.hotChange(context) })
                else { continue }
                let messages = encoder.messages(
                    outcome, relevant, context: context, bases: &state.bases)
                send(messages, to: members.compactMap { state.sessions[$0]?.target })
                changedGroups.append(number)
            }
            state.mergeGroups(changedGroups)
            return reach
        }
    }

    /// Decides who takes the place of a module that refused its update.
    /// - Returns: Whether the session's page runs the module.
    func invalidate(_ path: ModulePath, first: ModulePath?, by id: SessionID) -> Bool {
        let number = registry.lastSequenceNumber
        return state.withLockedValue { state in
            guard let session = state.sessions[id],
                let page = session.suspended?.page ?? session.group.flatMap({ state.groups[$0]?.page }),
                let outcome = page.invalidate(path, first: first)
            else { return false }
            let encoder = HotEncoder(sequenceNumber: number)
            send(encoder.messages(ofInvalidation: outcome, first: first ?? path), to: [session.target])
            return true
        }
    }

    // MARK: Reports

    /// Holds decisions about a session's page back until its report has been looked into.
    func beginReport(_ id: SessionID) {
        state.withLockedValue { state in
            guard var session = state.sessions[id], !session.isReporting else { return }
            if let group = session.group.flatMap({ state.groups[$0] }) {
                session.suspended = (group.page, group.context)
            }
            session.isReporting = true
            session.logStart = state.log.count
            state.reporting += 1
            state.sessions[id] = session
            state.detach(id)
        }
    }

    /// Takes what a session's page runs, and sends what brings it up to date.
    ///
    /// Blocks for as long as it takes to read what changed meanwhile: for the thread pool.
    /// - Parameters:
    ///   - report: What the page runs.
    ///   - id: The session, whose ``beginReport(_:)`` came before.
    ///   - answer: Makes the report's answer from the number of modules; sent behind everything else.
    func finishReport(_ report: HotReportFindings, of id: SessionID, answer: (Int) -> OutboundMessage?) {
        let context = report.context
        let reported = Set(report.modules.map(\.path))
        while true {
            let (late, mark) = state.withLockedValue { state in
                let running = state.sessions[id]?.suspended?.page.running ?? [:]
                let late = state.log[(state.sessions[id]?.logStart ?? state.log.count)...]
                return (
                    Set(late.filter { reported.contains($0) || running[$0] != nil }), state.log.count
                )
            }
            // Read anew without the lock; whatever comes meanwhile is in the log again.
            let lateNews = late.compactMap { news(of: $0) }
            let isDone = state.withLockedValue { state -> Bool in
                guard state.log.count == mark else { return false }
                finish(report, lateNews, of: id, context, &state, answer)
                return true
            }
            if isDone { return }
        }
    }

    private func send(_ messages: [OutboundMessage], to targets: [HotTarget]) {
        HotTarget.send(messages, to: targets, deflate: store.deflated)
    }

    private func news(of path: ModulePath) -> ModuleNews? {
        do throws(ModuleError) {
            return try store.current(path).map { ModuleNews(path: path, outcome: .part($0.packPart())) }
        } catch {
            return ModuleNews(path: path, outcome: .gone(error))
        }
    }

    private func finish(
        _ report: HotReportFindings, _ late: [ModuleNews], of id: SessionID, _ context: HotContext,
        _ state: inout State, _ answer: (Int) -> OutboundMessage?
    ) {
        guard var session = state.sessions[id], session.isReporting else { return }
        // What the session was known to run is still known, even if it is told anew as a whole.
        let earlier = session.suspended.flatMap { $0.context === context ? $0.page : nil }
        var page = report.resets ? HotPage() : session.suspended?.page ?? HotPage()
        session.suspended = nil
        session.isReporting = false
        state.sessions[id] = session
        state.endReport()

        page.report(entries: report.entries, areAll: report.hasAllEntries)
        var news: [ModulePath: ModuleNews] = [:]
        for item in report.modules {
            if report.isRepeated {
                // The page may have been told of a newer version since.
                guard page.running[item.path] == item.hash else { continue }
            }
            let node = state.node(item, earlier, context, store)
            let hash = report.failed[item.path] ?? item.hash
            page.report(node, hash: hash, isRunning: hash == item.hash)
            switch item.lookup {
            case .found(let part):
                if part.module.hash == hash {
                    state.bases.add(part.module, if: context.key.takesDeltas)
                } else {
                    news[item.path] = ModuleNews(path: item.path, outcome: .part(part))
                }
            case .gone(let error):
                news[item.path] = ModuleNews(path: item.path, outcome: .gone(error))
            case .unknown:
                break
            }
        }
        for item in late { news[item.path] = item }
        var messages: [OutboundMessage] = []
        if !news.isEmpty {
            let changes = news.values.sorted { $0.path < $1.path }
            let outcome = page.apply(changes.map { $0.hotChange(context) })
            var encoder = HotEncoder(sequenceNumber: registry.lastSequenceNumber)
            messages = encoder.messages(
                outcome, changes, context: context, bases: &state.bases, isConfirmed: report.resets)
        }
        if let answer = answer(page.running.count) { messages.append(answer) }
        send(messages, to: [session.target])
        state.place(id, page, context)
        state.dropUnusedContexts()
    }
}

// MARK: - Groups

extension HotUpdates.State {
    /// Puts a session to those that run the same, or by itself.
    mutating func place(_ id: HotUpdates.SessionID, _ page: HotPage, _ context: HotContext) {
        let same = groups.first { $0.value.context === context && $0.value.page.runsTheSame(as: page) }
        let number: Int
        if let same {
            number = same.key
        } else {
            number = nextGroup
            nextGroup += 1
            groups[number] = HotUpdates.Group(page: page, context: context)
        }
        groups[number]?.members.insert(id)
        sessions[id]?.group = number
    }

    /// Takes a session out of its group.
    mutating func detach(_ id: HotUpdates.SessionID) {
        guard let number = sessions[id]?.group else { return }
        sessions[id]?.group = nil
        groups[number]?.members.remove(id)
        if groups[number]?.members.isEmpty == true { groups[number] = nil }
    }

    /// Makes one group of those that have come to run the same.
    mutating func mergeGroups(_ numbers: [Int]) {
        for number in numbers {
            guard let group = groups[number] else { continue }
            let same = groups.first { other in
                other.key != number && other.value.context === group.context
                    && other.value.page.runsTheSame(as: group.page)
            }
            guard let same else { continue }
            groups[number] = nil
            groups[same.key]?.members.formUnion(group.members)
            for id in group.members { sessions[id]?.group = same.key }
        }
    }

    mutating func endReport() {
        reporting -= 1
        if reporting == 0 { log.removeAll() }
    }

    mutating func dropUnusedContexts() {
        let used = Set(groups.values.map { ObjectIdentifier($0.context) })
        let suspended = sessions.values.compactMap { $0.suspended.map { ObjectIdentifier($0.context) } }
        guard reporting == 0, contexts.count > used.count + suspended.count else { return }
        contexts = contexts.filter { used.contains(ObjectIdentifier($0.value)) }
    }
}
