import ModuleGraph
import ModuleProtocol
import ModuleStore
import NIOCore
import WebSocketDeflate

/// The `hot:running` reports of one session, looked into one after the other.
///
/// Lives on its session's event loop; reads files on the thread pool.
final class HotReports {
    let server: ServerContext
    let eventLoop: any EventLoop
    unowned let session: SessionHandler
    let id: HotUpdates.SessionID
    struct Job {
        var report: HotRunning
        /// Whether it is the client's own, which is answered.
        var isAnswered = true
        /// How often the upstream was asked for what it did not tell.
        var attempt = 0
    }

    typealias Files = [String: String?]

    /// A report that waits for texts of what its page runs.
    var unexplained: Unexplained?
    private var waiting = CircularBuffer<Job>()
    /// Parts of a report whose last part has not come yet.
    private var parts: HotRunning?
    private var isBusy = false
    private var isClosed = false

    init(of session: SessionHandler, on eventLoop: any EventLoop) {
        self.session = session
        self.eventLoop = eventLoop
        server = session.server
        id = ObjectIdentifier(session)
        server.hot.join(
            HotTarget(
                handler: NIOLoopBound(session, eventLoop: eventLoop), eventLoop: eventLoop,
                takesDeflate: session.sendsKeptDeflate), as: id)
    }

    /// The session has gone.
    func close() {
        isClosed = true
        unexplained?.timer?.cancel()
        unexplained = nil
        waiting.removeAll()
        server.hot.leave(id)
    }

    /// Takes a report.
    /// - Throws: ``ModuleError`` when its parts name too many modules together.
    func add(_ report: HotRunning) throws(ModuleError) {
        var report = report
        if let earlier = parts {
            report.join(earlier)
            parts = nil
        }
        guard report.modules.count <= ProtocolLimits.hotModules else {
            throw ModuleError(
                .tooLarge,
                message: "A page may run \(ProtocolLimits.hotModules) modules, not \(report.modules.count).")
        }
        if report.hasMore {
            parts = report
            return
        }
        session.requestStarted()
        waiting.append(Job(report: report))
        next()
    }

    private func next() {
        guard !isBusy, !isClosed, let job = waiting.popFirst() else { return }
        isBusy = true
        server.hot.beginReport(id)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let boundJob = NIOLoopBound(job, eventLoop: eventLoop)
        context(of: job.report).whenSuccess { context in
            let reports = bound.value
            guard !reports.isClosed else { return }
            reports.look(into: boundJob.value, context)
        }
    }

    private func context(of report: HotRunning) -> EventLoopFuture<HotContext> {
        let hot = server.hot
        let before = report.resets ? nil : hot.context(of: id)
        if let before, report.page == nil, report.importMaps == nil {
            return eventLoop.makeSucceededFuture(before)
        }
        let (authorities, deltas) = (session.siteAuthorities, report.takesDeltas)
        let request = GraphRequest(entries: [], page: report.page, importMaps: report.importMaps)
        return server.importMaps.importMap(of: request, siteAuthorities: authorities, on: eventLoop).map {
            hot.context(.init(importMap: $0, siteAuthorities: authorities, takesDeltas: deltas))
        }
    }

    private func look(into job: Job, _ context: HotContext) {
        let report = job.report
        let authorities = session.siteAuthorities
        func path(_ raw: String) -> ModulePath? {
            try? ModulePath(parsing: raw, siteAuthorities: authorities)
        }
        var findings = HotReportFindings(resets: report.resets, context: context)
        findings.isRepeated = job.attempt > 0
        findings.entries = report.entries.compactMap(path)
        findings.hasAllEntries = report.hasAllEntries
        for (raw, hash) in report.failed { if let path = path(raw) { findings.failed[path] = hash } }
        // What is no path of this site has been loaded in another way.
        findings.modules = report.modules.compactMap { raw, hash in
            path(raw).map { .init(path: $0, hash: hash, lookup: .unknown) }
        }
        let lookups = HotLookups(
            store: server.store, threadPool: server.threadPool, eventLoop: eventLoop,
            links: context.links, deadline: .now() + ServerLimits.reportPatience)
        let asked = findings
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let files = report.files.compactMap { raw, hash in
            path(raw).map { (raw: raw, path: $0, hash: hash) }
        }
        let boundJob = NIOLoopBound(job, eventLoop: eventLoop)
        lookups.modules(findings.modules).and(lookups.changedFiles(files)).whenSuccess { modules, files in
            let reports = bound.value
            guard !reports.isClosed else { return }
            var findings = asked
            findings.modules = modules
            reports.explain(boundJob.value, findings, files: files)
        }
    }

    /// Decides, once everything is known that can be.
    func finish(_ job: Job, _ findings: HotReportFindings, files: Files) {
        let (hot, registry, id) = (server.hot, server.registry, id)
        let (isAnswered, requestID) = (job.isAnswered, job.report.id)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        // Style sheets are no business of modules: they are brought up to date as files.
        var files = files
        for item in findings.modules {
            if case .found(let part) = item.lookup, part.links.hot.isStyleSheet,
                part.module.hash != item.hash
            {
                files.updateValue(part.module.hash, forKey: item.path.string)
            }
        }
        let changedFiles = files
        server.threadPool.runIfActive(eventLoop: eventLoop) {
            hot.finishReport(findings, of: id) { count in
                guard isAnswered else { return nil }
                return .text(
                    ServerMessage.hotRunning(
                        modules: count, files: changedFiles, sequenceNumber: registry.lastSequenceNumber,
                        id: requestID))
            }
        }.whenComplete { _ in
            let reports = bound.value
            reports.isBusy = false
            guard !reports.isClosed else { return }
            if isAnswered { reports.session.requestFinished() }
            reports.next()
        }
        askAgain(job, findings)
    }

    /// Asks the upstream later for what it did not tell: until then, nobody knows who imports what.
    private func askAgain(_ job: Job, _ findings: HotReportFindings) {
        let delays = ServerLimits.upstreamRetryDelays
        var again = job
        again.report.modules = findings.modules.reduce(into: [:]) { modules, item in
            if case .unknown = item.lookup { modules[item.path.string] = item.hash }
        }
        guard !again.report.modules.isEmpty, job.attempt < delays.count else { return }
        again.report.resets = false
        again.report.entries = []
        again.report.files = [:]
        again.report.page = nil
        again.report.importMaps = nil
        again.isAnswered = false
        again.attempt += 1
        let bound = NIOLoopBound((reports: self, job: again), eventLoop: eventLoop)
        eventLoop.scheduleTask(in: delays[job.attempt]) {
            let (reports, job) = bound.value
            guard !reports.isClosed else { return }
            reports.waiting.append(job)
            reports.next()
        }
    }
}

extension HotRunning {
    /// Puts the earlier parts of a report before this one.
    fileprivate mutating func join(_ earlier: HotRunning) {
        modules.merge(earlier.modules) { new, _ in new }
        files.merge(earlier.files) { new, _ in new }
        failed.merge(earlier.failed) { new, _ in new }
        entries = earlier.entries + entries
        hasAllEntries = earlier.hasAllEntries || hasAllEntries
        resets = earlier.resets || resets
        takesDeltas = earlier.takesDeltas || takesDeltas
        givesVersions = earlier.givesVersions || givesVersions
        page = page ?? earlier.page
        importMaps = importMaps ?? earlier.importMaps
    }
}
