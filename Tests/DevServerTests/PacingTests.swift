import ModuleProtocol
import NIOCore
import Testing

@testable import DevServer

@Suite struct PacingTests {
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func aChangeIsToldAtOnceAndThenOncePerInterval() {
        var pacer = ChangePacer(interval: .milliseconds(100))
        #expect(pacer.changed(now: start) == .zero)
        #expect(pacer.changed(now: start) == nil, "asked for already")
        pacer.told(now: start)
        #expect(pacer.changed(now: start + .milliseconds(30)) == .milliseconds(70))
        #expect(pacer.changed(now: start + .milliseconds(60)) == nil)
        pacer.told(now: start + .milliseconds(100))
        #expect(pacer.changed(now: start + .milliseconds(200)) == .zero)
    }

    @Test func aBurstIsFreeAndThenTheRateHolds() {
        var limit = RateLimit(burst: 3, perSecond: 10, now: start)
        func take(_ milliseconds: Int64) -> Bool { limit.take(now: start + .milliseconds(milliseconds)) }
        #expect((0..<4).map { _ in take(0) } == [true, true, true, false])
        #expect(!take(99))
        #expect(take(100))
        #expect(!take(199))
        // What has come back in part is not lost.
        #expect(take(200))
        #expect((0..<4).map { _ in take(60_000) } == [true, true, true, false])
    }

    @Test func rescansRunOneAtATimeAndNoneIsForgotten() {
        let gate = RescanGate()
        #expect(gate.ask())
        #expect(!gate.ended())
        #expect(gate.ask())
        #expect(!gate.ask())
        #expect(!gate.ask())
        #expect(gate.ended(), "what came while it ran is one more")
        #expect(!gate.ask())
        #expect(gate.ended())
        #expect(!gate.ended())
        #expect(gate.ask())
    }

    @Test func subscriptionsAreRememberedForSoManySessions() {
        var memory = SubscriptionMemory(maximumSessions: 2)
        memory.remember([.hot], of: "a")
        memory.remember([.modules], of: "b")
        memory.remember([.connections], of: "a")
        #expect(memory["a"] == [.connections])
        memory.remember([], of: "c")
        #expect(memory["a"] == nil)
        #expect(memory["b"] == [.modules])
        #expect(memory["c"] == [])
    }
}
