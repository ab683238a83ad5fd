import NIOCore
import Testing

@testable import DevServer

@Suite struct SessionStateMachineTests {
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    func makeMachine(pending: Int = 4, queued: Int = 3) -> SessionStateMachine<Int> {
        SessionStateMachine(
            heartbeat: .seconds(15), silence: .seconds(30), now: start, maxPendingRequests: pending,
            maxQueuedEvents: queued)
    }

    @Test func aHeardClientIsPinged() {
        var machine = makeMachine()
        #expect(machine.tick(now: start + .seconds(15)).action == .ping)
        machine.heard(now: start + .seconds(15))
        #expect(machine.tick(now: start + .seconds(30)).action == .ping)
        #expect(machine.tick(now: start + .seconds(44)).action == .ping)
    }

    @Test func aSilentClientIsClosedExactlyAtTheLimit() {
        var machine = makeMachine()
        machine.heard(now: start + .milliseconds(100))
        let first = machine.tick(now: start + .seconds(15))
        #expect(first == (.ping, .seconds(15)) || first.next == .milliseconds(15_000))
        let second = machine.tick(now: start + .seconds(30))
        #expect(second.action == .ping)
        #expect(second.next == .milliseconds(100))
        #expect(machine.tick(now: start + .milliseconds(30_100)).action == .closeSilent)
    }

    @Test func eventsWaitWhileTheClientDoesNotReadAndComeInOrder() {
        var machine = makeMachine()
        let immediate = machine.shouldSendNow(1)
        #expect(immediate)
        _ = machine.writabilityChanged(false)
        for event in 2...4 {
            let now = machine.shouldSendNow(event)
            #expect(!now)
        }
        guard case .events(let events) = machine.writabilityChanged(true) else {
            Issue.record("expected the queued events")
            return
        }
        #expect(events == [2, 3, 4])
        let after = machine.shouldSendNow(5)
        #expect(after)
    }

    @Test func anOverflowBecomesOneResync() {
        var machine = makeMachine()
        _ = machine.writabilityChanged(false)
        for event in 1...10 { _ = machine.shouldSendNow(event) }
        guard case .resync = machine.writabilityChanged(true) else {
            Issue.record("expected a resync")
            return
        }
        let after = machine.shouldSendNow(11)
        #expect(after)
    }

    @Test func aClientThatStaysBehindIsClosed() {
        var machine = makeMachine()
        _ = machine.writabilityChanged(false)
        for event in 1...10 { _ = machine.shouldSendNow(event) }
        machine.heard(now: start + .seconds(15))
        #expect(machine.tick(now: start + .seconds(15)).action == .ping)
        machine.heard(now: start + .seconds(30))
        #expect(machine.tick(now: start + .seconds(30)).action == .closeStalled)
    }

    @Test func readingStopsAtTheRequestLimitAndWhileUnwritable() {
        var machine = makeMachine(pending: 2)
        #expect(machine.mayRead)
        machine.requestStarted()
        machine.requestStarted()
        #expect(!machine.mayRead)
        machine.requestFinished()
        #expect(machine.mayRead)
        _ = machine.writabilityChanged(false)
        #expect(!machine.mayRead)
        _ = machine.writabilityChanged(true)
        #expect(machine.mayRead)
    }
}
