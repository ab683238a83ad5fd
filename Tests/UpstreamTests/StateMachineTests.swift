import Testing

@testable import Upstream

@Suite("The upstream pool's state machine")
struct StateMachineTests {
    typealias Machine = UpstreamPoolStateMachine

    private let start = ContinuousClock.now

    private func machine(_ change: (inout Machine.Settings) -> Void = { _ in }) -> Machine {
        var settings = Machine.Settings(origin: "http://localhost:3000")
        change(&settings)
        return Machine(settings: settings)
    }

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    private let damaged = AttemptOutcome.damaged(
        .truncated(origin: "http://localhost:3000", detail: "cut", curlCode: nil))
    private let answer = AttemptOutcome.response(UpstreamResponse(status: 200))

    @Test("starts what there are connections for, in order, and the rest as they become free")
    func order() {
        var machine = machine { $0.connections = 2 }
        #expect(machine.submit(1, target: "/1", now: start).texts == ["start 1 /1"])
        #expect(machine.submit(2, target: "/2", now: start).texts == ["start 2 /2"])
        #expect(machine.submit(3, target: "/3", now: start).texts == [])
        #expect(machine.submit(4, target: "/4", now: start).texts == [])
        #expect(machine.attemptEnded(2, answer, now: start).texts == ["complete 2 200", "start 3 /3"])
        #expect(machine.attemptEnded(1, answer, now: start).texts == ["complete 1 200", "start 4 /4"])
        #expect(machine.attemptEnded(3, answer, now: start).texts == ["complete 3 200"])
        #expect(machine.attemptEnded(4, answer, now: start).texts == ["complete 4 200"])
        #expect(machine.unfinishedCount == 0)
        #expect(machine.nextDeadline == nil)
    }

    @Test("repeats at once, then after growing waits, and gives up in the end")
    func repeats() {
        var machine = machine { $0.attempts = 4 }
        #expect(machine.submit(1, target: "/1", now: at(0)).texts == ["start 1 /1"])
        #expect(machine.attemptEnded(1, damaged, now: at(0)).texts == ["start 1 /1"])
        #expect(machine.attemptEnded(1, damaged, now: at(0)).texts == [])
        #expect(machine.nextDeadline == at(5))
        #expect(machine.timePassed(now: at(4)).texts == [])
        #expect(machine.timePassed(now: at(5)).texts == ["start 1 /1"])
        #expect(machine.attemptEnded(1, damaged, now: at(5)).texts == [])
        #expect(machine.nextDeadline == at(15))
        #expect(machine.timePassed(now: at(15)).texts == ["start 1 /1"])
        #expect(machine.attemptEnded(1, damaged, now: at(15)).texts == ["complete 1 truncated after 4"])
        #expect(machine.unfinishedCount == 0)
    }

    @Test("waits 0, 5, 10, 20 … ms, but never long")
    func backoff() {
        let waits = (1...9).map { Machine.backoff(afterAttempt: $0) }
        #expect(waits == [0, 5, 10, 20, 40, 80, 100, 100, 100].map { .milliseconds($0) })
        #expect(Machine.backoff(afterAttempt: .max) == UpstreamLimits.backoffLimit)
    }

    @Test("lends the connection to others during a wait, and prefers what has begun")
    func waitLendsConnection() {
        var machine = machine { $0.connections = 1 }
        _ = machine.submit(1, target: "/1", now: at(0))
        _ = machine.submit(2, target: "/2", now: at(0))
        _ = machine.submit(3, target: "/3", now: at(0))
        #expect(machine.attemptEnded(1, damaged, now: at(0)).texts == ["start 1 /1"])
        #expect(machine.attemptEnded(1, damaged, now: at(0)).texts == ["start 2 /2"])
        #expect(machine.timePassed(now: at(6)).texts == [])
        #expect(machine.attemptEnded(2, answer, now: at(7)).texts == ["complete 2 200", "start 1 /1"])
        #expect(machine.attemptEnded(1, answer, now: at(8)).texts == ["complete 1 200", "start 3 /3"])
    }

    @Test("counts hops of a redirect apart from attempts")
    func redirects() throws {
        var machine = machine { $0.redirects = 2 }
        _ = machine.submit(1, target: "/a", now: start)
        #expect(machine.attemptEnded(1, .redirect(to: "/b"), now: start).texts == ["start 1 /b"])
        #expect(machine.attemptEnded(1, damaged, now: start).texts == ["start 1 /b"])
        #expect(machine.attemptEnded(1, .redirect(to: "/c"), now: start).texts == ["start 1 /c"])
        let last = try #require(machine.attemptEnded(1, answer, now: start).first)
        guard case .complete(1, .success(let response)) = last else {
            Issue.record("not completed")
            return
        }
        #expect(response.attempts == 2)
        #expect(response.redirectedTo == "/c")

        _ = machine.submit(2, target: "/a", now: start)
        _ = machine.attemptEnded(2, .redirect(to: "/b"), now: start)
        _ = machine.attemptEnded(2, .redirect(to: "/a"), now: start)
        #expect(
            machine.attemptEnded(2, .redirect(to: "/b"), now: start).texts == [
                "complete 2 tooManyRedirects after 1"
            ])
    }

    @Test("asks again in another way without counting it")
    func again() {
        var machine = machine { $0.attempts = 1 }
        _ = machine.submit(1, target: "/a", now: start)
        #expect(machine.attemptEnded(1, .again, now: start).texts == ["start 1 /a"])
        #expect(machine.attemptEnded(1, damaged, now: start).texts == ["complete 1 truncated after 1"])
    }

    @Test("ends what takes too long, whatever it is doing")
    func deadlines() {
        var machine = machine {
            $0.connections = 1
            $0.totalTimeout = .milliseconds(100)
            $0.queueTimeout = .milliseconds(50)
        }
        _ = machine.submit(1, target: "/1", now: at(0))
        _ = machine.submit(2, target: "/2", now: at(0))
        #expect(machine.nextDeadline == at(50))
        #expect(machine.timePassed(now: at(49)).texts == [])
        #expect(machine.timePassed(now: at(50)).texts == ["complete 2 timeout after 0"])
        #expect(machine.nextDeadline == at(100))
        _ = machine.submit(3, target: "/3", now: at(90))
        #expect(
            machine.timePassed(now: at(100)).texts == [
                "cancel 1", "complete 1 timeout after 1", "start 3 /3",
            ])
        // What libcurl reports about a dropped transfer concerns nobody.
        #expect(machine.attemptEnded(1, answer, now: at(101)).texts == [])
        // The wait before the first attempt does not count against the fetch.
        #expect(machine.nextDeadline == at(200))
        #expect(machine.attemptEnded(3, damaged, now: at(199)).texts == ["start 3 /3"])
        #expect(machine.attemptEnded(3, damaged, now: at(199)).texts == [])
        #expect(machine.nextDeadline == at(200))
        #expect(machine.timePassed(now: at(200)).texts == ["complete 3 timeout after 2"])
        #expect(machine.unfinishedCount == 0)
    }

    @Test("refuses what the queue does not hold")
    func overload() {
        var machine = machine {
            $0.connections = 1
            $0.queued = 1
        }
        _ = machine.submit(1, target: "/1", now: start)
        #expect(machine.submit(2, target: "/2", now: start).texts == [])
        #expect(machine.submit(3, target: "/3", now: start).texts == ["complete 3 overloaded after 0"])
        #expect(machine.attemptEnded(1, answer, now: start).texts == ["complete 1 200", "start 2 /2"])
        #expect(machine.submit(4, target: "/4", now: start).texts == [])
    }

    @Test("ends everything when it is stopped, and takes on nothing more")
    func stop() {
        var machine = machine { $0.connections = 2 }
        for id in 1...4 { _ = machine.submit(UInt64(id), target: "/", now: start) }
        _ = machine.attemptEnded(1, damaged, now: start)
        _ = machine.attemptEnded(1, damaged, now: start)
        #expect(
            machine.stop().texts == [
                "cancel 2", "cancel 3", "complete 1 stopped after 0", "complete 2 stopped after 0",
                "complete 3 stopped after 0", "complete 4 stopped after 0",
            ])
        #expect(machine.submit(5, target: "/", now: start).texts == ["complete 5 stopped after 0"])
        #expect(machine.attemptEnded(2, answer, now: start).texts == [])
        #expect(machine.stop().texts == [])
        #expect(machine.nextDeadline == nil)
    }

    @Test(
        "completes every fetch exactly once, holds its limits and never sleeps past a deadline",
        arguments: 0..<50)
    func random(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        var machine = machine {
            $0.connections = 3
            $0.queued = 20
            $0.attempts = 4
            $0.totalTimeout = .milliseconds(60)
            $0.queueTimeout = .milliseconds(40)
        }
        var running: Set<UInt64> = []
        var completed: [UInt64: Int] = [:]
        var submitted: UInt64 = 0
        var now = 0
        func follow(_ actions: [Machine.Action]) {
            for action in actions {
                switch action {
                case .start(let id, _):
                    #expect(running.insert(id).inserted)
                    #expect(completed[id] == nil)
                case .cancel(let id): #expect(running.remove(id) != nil)
                case .complete(let id, _): completed[id, default: 0] += 1
                }
            }
            #expect(running.count <= 3)
        }
        for _ in 0..<500 {
            now += Int.random(in: 0...3, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4:
                submitted += 1
                follow(machine.submit(submitted, target: "/", now: at(now)))
            case 4..<8:
                guard let id = running.sorted().randomElement(using: &generator) else { continue }
                running.remove(id)
                let outcomes = [answer, damaged, damaged, .redirect(to: "/b"), .again, .failed(.stopped)]
                follow(
                    machine.attemptEnded(
                        id, outcomes.randomElement(using: &generator) ?? answer, now: at(now)))
            default:
                follow(machine.timePassed(now: at(now)))
            }
        }
        // From deadline to deadline, everything ends by itself.
        while let deadline = machine.nextDeadline, machine.unfinishedCount > 0 {
            let before = machine.unfinishedCount
            follow(machine.timePassed(now: max(deadline, at(now))))
            #expect(machine.unfinishedCount <= before)
        }
        #expect(machine.unfinishedCount == 0)
        #expect(completed.count == Int(submitted))
        #expect(completed.values.allSatisfy { $0 == 1 })
    }
}

extension [UpstreamPoolStateMachine.Action] {
    /// One short line for each action.
    fileprivate var texts: [String] {
        map { action in
            switch action {
            case .start(let id, let target): "start \(id) \(target)"
            case .cancel(let id): "cancel \(id)"
            case .complete(let id, .success(let response)): "complete \(id) \(response.status)"
            case .complete(let id, .failure(let error)):
                "complete \(id) \(error.code) after \(error.attempts)"
            }
        }
    }
}
