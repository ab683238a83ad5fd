import ModuleProtocol
import ModuleStore
import NIOCore
import WebSocketDeflate

/// Versions that nobody but the page knows: after a restart of the server, or a long absence of the page.
///
/// Links of other versions would lead its updates elsewhere, so the page is asked for the texts that it runs.
extension HotReports {
    /// A report that waits for texts of what its page runs.
    final class Unexplained {
        let job: Job
        let findings: HotReportFindings
        let files: Files
        /// Texts are read one message after the other.
        var read: EventLoopFuture<Void>
        var timer: Scheduled<Void>?

        init(_ job: Job, _ findings: HotReportFindings, files: Files, on eventLoop: any EventLoop) {
            self.job = job
            self.findings = findings
            self.files = files
            read = eventLoop.makeSucceededVoidFuture()
        }
    }

    /// Decides at once if everything is known, else when the page has told.
    func explain(_ job: Job, _ findings: HotReportFindings, files: Files) {
        let unknown =
            job.report.givesVersions && job.isAnswered ? server.hot.unknownVersions(in: findings, of: id) : []
        guard !unknown.isEmpty else { return finish(job, findings, files: files) }
        let pending = Unexplained(job, findings, files: files, on: eventLoop)
        let bound = NIOLoopBound((reports: self, pending: pending), eventLoop: eventLoop)
        pending.timer = eventLoop.scheduleTask(in: ServerLimits.reportPatience) {
            bound.value.reports.decide(bound.value.pending)
        }
        unexplained = pending
        session.send(OutboundMessage.text(ServerMessage.hotVersions(unknown)))
        session.flush()
    }

    /// Takes texts; those that nobody has asked for, or that come too late, count for nothing.
    func add(_ versions: HotVersions) {
        guard let pending = unexplained else { return }
        let (store, authorities) = (server.store, session.siteAuthorities)
        let items = Dictionary(
            pending.findings.modules.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let (threadPool, eventLoop) = (server.threadPool, eventLoop)
        pending.read = pending.read.flatMap {
            threadPool.runIfActive(eventLoop: eventLoop) {
                for (raw, text) in versions.texts {
                    guard let path = try? ModulePath(parsing: raw, siteAuthorities: authorities),
                        let item = items[path]
                    else { continue }
                    var current: StoredModule?
                    if case .found(let part) = item.lookup { current = part.module }
                    store.learn(text, of: path, hash: item.hash, current: current)
                }
            }
        }
        guard !versions.hasMore else { return }
        let bound = NIOLoopBound((reports: self, pending: pending), eventLoop: eventLoop)
        pending.read.whenComplete { _ in bound.value.reports.decide(bound.value.pending) }
    }

    private func decide(_ pending: Unexplained) {
        guard unexplained === pending else { return }
        unexplained = nil
        pending.timer?.cancel()
        finish(pending.job, pending.findings, files: pending.files)
    }
}
