import Testing

@testable import FileWatcher

@Suite struct ChangeCoalescerTests {
    private let start = MonotonicInstant.now
    private func at(_ milliseconds: Int) -> MonotonicInstant { start + .milliseconds(Int64(milliseconds)) }

    private func changes(_ event: FileWatchEvent?) -> [String] {
        guard case .changes(let changes) = event else { return [] }
        return changes.map { "\($0.kind.rawValue) \($0.path)" }
    }

    @Test func theFirstSaveGoesOutAtOnce() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/a", .complete, wasKnown: true, now: at(0))
        #expect(changes(coalescer.report(now: at(0))) == ["modified /a"])
        #expect(coalescer.report(now: at(0)) == nil)
        #expect(coalescer.deadline == nil)
    }

    @Test func savesAfterItAreMerged() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/a", .complete, wasKnown: true, now: at(0))
        _ = coalescer.report(now: at(0))
        for step in 1...15 {
            coalescer.note("/a", .complete, wasKnown: true, now: at(step))
            coalescer.note("/b", .complete, wasKnown: true, now: at(step))
            #expect(coalescer.report(now: at(step)) == nil)
        }
        #expect(coalescer.deadline == at(20))
        #expect(changes(coalescer.report(now: at(20))) == ["modified /a", "modified /b"])
    }

    @Test func afterQuietTheNextGoesOutAtOnceAgain() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/a", .complete, wasKnown: true, now: at(0))
        _ = coalescer.report(now: at(0))
        coalescer.note("/a", .complete, wasKnown: true, now: at(21))
        #expect(changes(coalescer.report(now: at(21))) == ["modified /a"])
    }

    @Test func aWriteWithoutCloseWaitsForQuiet() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/a", .writing, wasKnown: true, now: at(0))
        coalescer.note("/a", .writing, wasKnown: true, now: at(30))
        #expect(coalescer.report(now: at(60)) == nil)
        #expect(coalescer.deadline == at(80))
        #expect(changes(coalescer.report(now: at(80))) == ["modified /a"])
    }

    @Test func aWriteWithCloseDoesNot() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/a", .writing, wasKnown: true, now: at(0))
        coalescer.note("/a", .complete, wasKnown: true, now: at(1))
        #expect(changes(coalescer.report(now: at(1))) == ["modified /a"])
    }

    @Test func endlessWritingIsReportedNowAndThen() {
        var coalescer = ChangeCoalescer(limits: .default)
        var reports = 0
        for step in stride(from: 0, through: 2_000, by: 10) {
            coalescer.note("/log", .writing, wasKnown: true, now: at(step))
            if coalescer.report(now: at(step)) != nil { reports += 1 }
        }
        #expect((3...4).contains(reports))
    }

    @Test func aFileThatComesBackWasModified() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/a", .removed, wasKnown: true, now: at(0))
        #expect(coalescer.report(now: at(10)) == nil)
        coalescer.note("/a", .complete, wasKnown: false, now: at(10))
        #expect(changes(coalescer.report(now: at(10))) == ["modified /a"])
    }

    @Test func aFileThatStaysAwayIsRemoved() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/a", .removed, wasKnown: true, now: at(0))
        #expect(coalescer.report(now: at(49)) == nil)
        #expect(changes(coalescer.report(now: at(50))) == ["removed /a"])
    }

    @Test func aTemporaryIsNeverReportedNorDelaysTheSave() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/t", .writing, wasKnown: false, now: at(0))
        coalescer.note("/t", .complete, wasKnown: false, now: at(1))
        #expect(coalescer.report(now: at(1)) == nil)
        coalescer.note("/t", .removed, wasKnown: true, now: at(2))
        coalescer.note("/a", .complete, wasKnown: true, now: at(2))
        #expect(changes(coalescer.report(now: at(2))) == ["modified /a"])
        #expect(coalescer.report(now: at(500)) == nil)
        #expect(coalescer.isEmpty)
    }

    @Test func aTemporaryOfTheSameNameAtEverySaveIsNotTakenForEndlessWriting() {
        var coalescer = ChangeCoalescer(limits: .default)
        for save in stride(from: 0, to: 2_000, by: 25) {
            coalescer.note("/t", .writing, wasKnown: false, now: at(save))
            #expect(coalescer.report(now: at(save)) == nil)
            coalescer.note("/t", .removed, wasKnown: true, now: at(save))
            coalescer.note("/a", .complete, wasKnown: true, now: at(save))
            #expect(changes(coalescer.report(now: at(save))) == ["modified /a"])
        }
    }

    @Test func aNewFileThatAPageAskedForIsPrompt() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/a", .complete, wasKnown: false, isPrompt: true, now: at(0))
        #expect(changes(coalescer.report(now: at(0))) == ["created /a"])
    }

    @Test func aListingDoesNotDelayWhatIsReady() {
        var coalescer = ChangeCoalescer(limits: .default)
        coalescer.note("/a", .complete, wasKnown: true, now: at(0))
        coalescer.note("/a", .found, wasKnown: true, now: at(0))
        #expect(changes(coalescer.report(now: at(0))) == ["modified /a"])
    }

    @Test func changesComeInTheirOrder() {
        var coalescer = ChangeCoalescer(limits: .default)
        let paths = (0..<200).map { "/\($0 * 7919 % 200)" }
        for path in paths { coalescer.note(path, .complete, wasKnown: true, now: at(0)) }
        #expect(changes(coalescer.report(now: at(0))) == paths.map { "modified \($0)" })
    }

    @Test func tooManyChangesBecomeARescan() {
        var limits = FileWatcherLimits.default
        limits.pendingChanges = 10
        var coalescer = ChangeCoalescer(limits: limits)
        for index in 0..<25 { coalescer.note("/\(index)", .complete, wasKnown: true, now: at(0)) }
        guard case .rescan = coalescer.report(now: at(0)) else {
            Issue.record("no rescan")
            return
        }
        #expect(coalescer.isEmpty)
    }

    @Test func whatIsDiscardedIsNotReported() {
        var coalescer = ChangeCoalescer(limits: .default)
        for path in ["/r/a", "/r/b/c", "/rest"] {
            coalescer.note(path, .complete, wasKnown: true, now: at(0))
        }
        coalescer.discard(within: "/r")
        #expect(changes(coalescer.report(now: at(0))) == ["modified /rest"])
    }
}
