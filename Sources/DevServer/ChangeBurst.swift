import ModuleProtocol
import NIOConcurrencyHelpers
import NIOCore

/// Makes one update of what changes at once, such as a branch switch, and lets every other save pass.
///
/// Safe on any thread.
final class ChangeBurst: Sendable {
    enum Verdict: Equatable {
        case now
        /// It will be part of what ``check(now:)`` hands out.
        case wait
        /// The same, and the caller has to check after this time.
        case waitAndCheck(TimeAmount)
    }

    enum Check {
        case waitMore(TimeAmount)
        case over(Save)
    }

    private struct Held: Sendable {
        var save: Save
        let end: NIODeadline
    }

    private struct State: Sendable {
        var held: Held?
        /// Changes since the last pause.
        var recent = 0
        var last = NIODeadline.distantPast
    }

    private let state = NIOLockedValueBox(State())

    /// Decides about changes that were reported together.
    func take(_ save: Save, now: NIODeadline) -> Verdict {
        state.withLockedValue { state in
            if state.last + ServerLimits.burstQuiet < now { state.recent = 0 }
            state.recent += save.changes.count
            state.last = now
            if state.held != nil {
                state.held?.save.changes += save.changes
                state.held?.save.failures += save.failures
                state.held?.save.sequenceNumber = save.sequenceNumber
                return .wait
            }
            guard state.recent >= ServerLimits.burstChanges else { return .now }
            state.held = Held(save: save, end: now + ServerLimits.burstLongest)
            return .waitAndCheck(ServerLimits.burstQuiet)
        }
    }

    /// Hands out what waits once nothing more has come for a while, or it has waited long enough.
    func check(now: NIODeadline) -> Check {
        state.withLockedValue { state in
            guard let burst = state.held else { preconditionFailure("only what waits is checked") }
            let due = min(state.last + ServerLimits.burstQuiet, burst.end)
            if now < due { return .waitMore(due - now) }
            state.held = nil
            return .over(burst.save)
        }
    }
}
