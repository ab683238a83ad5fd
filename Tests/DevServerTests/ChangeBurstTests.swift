import ModuleProtocol
import NIOCore
import NIOEmbedded
import Testing

@testable import DevServer

@Suite("Changes that come in numbers")
struct ChangeBurstTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func save(_ count: Int, _ sequenceNumber: UInt64 = 1) throws -> Save {
        Save(
            changes: try (0..<count).map {
                ModuleChange(path: try ModulePath(parsing: "m\($0)"), hash: "h", kind: .changed)
            }, sequenceNumber: sequenceNumber, start: start)
    }

    @Test("a few go at once, however often")
    func few() throws {
        let burst = ChangeBurst()
        for round in 0..<5 {
            let now = start + (ServerLimits.burstQuiet + .milliseconds(1)) * round
            #expect(burst.take(try save(ServerLimits.burstChanges - 1), now: now) == .now)
        }
    }

    @Test("a few again and again without a pause are many")
    func steady() throws {
        let burst = ChangeBurst()
        for count in 1..<ServerLimits.burstChanges {
            #expect(burst.take(try save(1), now: start + .milliseconds(Int64(count) * 20)) == .now)
        }
        let next = burst.take(try save(1), now: start + .milliseconds(200))
        #expect(next == .waitAndCheck(ServerLimits.burstQuiet))
    }

    @Test("what changes while git is at work waits for its end, however long that takes")
    func locked() throws {
        let burst = ChangeBurst()
        let interval = ServerLimits.repositoryLockInterval
        #expect(burst.take(try save(1), now: start, isLocked: true) == .waitAndCheck(interval))
        var now = start
        for count in 0..<200 {
            now = now + interval
            if count == 150 { #expect(burst.take(try save(3, 2), now: now, isLocked: true) == .wait) }
            guard case .waitMore(interval) = burst.check(now: now, isLocked: true) else {
                Issue.record("handed out before git has ended")
                return
            }
        }
        // What git wrote last is reported a little later.
        #expect(burst.take(try save(2, 3), now: now) == .wait)
        guard case .waitMore(ServerLimits.burstQuiet) = burst.check(now: now),
            case .over(let save) = burst.check(now: now + ServerLimits.burstQuiet)
        else {
            Issue.record("not handed out in the end")
            return
        }
        #expect(save.changes.count == 6 && save.sequenceNumber == 3)
        #expect(burst.take(try self.save(1), now: now + .seconds(1)) == .now)
    }

    @Test("it is not quiet while changes are being read, up to the limit")
    func reading() throws {
        let burst = ChangeBurst()
        let quiet = ServerLimits.burstQuiet
        _ = burst.take(try save(ServerLimits.burstChanges), now: start)
        burst.beginReading()
        guard case .waitMore(quiet) = burst.check(now: start + quiet * 3) else {
            Issue.record("handed out while more is being read")
            return
        }
        burst.endReading(now: start + quiet * 4)
        guard case .waitMore = burst.check(now: start + quiet * 4),
            case .over = burst.check(now: start + quiet * 5)
        else {
            Issue.record("not handed out when it was quiet")
            return
        }
        _ = burst.take(try save(ServerLimits.burstChanges), now: start + .seconds(10))
        burst.beginReading()
        guard case .over = burst.check(now: start + .seconds(10) + ServerLimits.burstLongest) else {
            Issue.record("held for longer than the limit")
            return
        }
    }

    @Test("many wait until it is quiet, and whatever comes meanwhile with them")
    func many() throws {
        let burst = ChangeBurst()
        let quiet = ServerLimits.burstQuiet
        #expect(burst.take(try save(ServerLimits.burstChanges), now: start) == .waitAndCheck(quiet))
        #expect(burst.take(try save(1, 5), now: start + .milliseconds(40)) == .wait)
        guard case .waitMore(let rest) = burst.check(now: start + quiet) else {
            Issue.record("the last came 40 ms after the first")
            return
        }
        #expect(rest == .milliseconds(40))
        guard case .over(let save) = burst.check(now: start + quiet + rest) else {
            Issue.record("it has been quiet")
            return
        }
        #expect(save.changes.count == ServerLimits.burstChanges + 1 && save.sequenceNumber == 5)
        #expect(save.start == start)
        #expect(burst.take(try self.save(1), now: start + .seconds(1)) == .now)
    }

    @Test("what never ends is handed out all the same")
    func endless() throws {
        let burst = ChangeBurst()
        _ = burst.take(try save(ServerLimits.burstChanges), now: start)
        var now = start
        while now < start + ServerLimits.burstLongest {
            #expect(burst.take(try save(1), now: now) == .wait)
            now = now + .milliseconds(10)
        }
        guard case .over = burst.check(now: now) else {
            Issue.record("it has waited long enough")
            return
        }
    }

    @Test("what arrives together is handed on together, what is late by itself")
    func gathering() {
        let loop = EmbeddedEventLoop()
        var handedOn: [[Int]] = []
        let gathering = Gathering<Int>(count: 5, on: loop) { handedOn.append($0) }
        gathering.arrived(1)
        gathering.arrived(2)
        #expect(handedOn.isEmpty)
        loop.advanceTime(by: ServerLimits.compiledGathering)
        #expect(handedOn == [[1, 2]])
        gathering.arrived(3)
        loop.advanceTime(by: ServerLimits.compiledGathering)
        gathering.arrived(4)
        gathering.arrived(5)
        #expect(handedOn == [[1, 2], [3], [4, 5]])
        loop.advanceTime(by: .seconds(1))
        #expect(handedOn.count == 3)
    }

    @Test("all that arrive at once do not wait")
    func whole() {
        let loop = EmbeddedEventLoop()
        var handedOn: [[Int]] = []
        let gathering = Gathering<Int>(count: 2, on: loop) { handedOn.append($0) }
        gathering.arrived(1)
        gathering.arrived(2)
        #expect(handedOn == [[1, 2]])
    }
}
