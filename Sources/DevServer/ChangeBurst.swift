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
        var last: NIODeadline
        let end: NIODeadline
    }

    private let held = NIOLockedValueBox<Held?>(nil)

    /// Decides about changes that were reported together.
    func take(_ save: Save, now: NIODeadline) -> Verdict {
        held.withLockedValue { held in
            if held != nil {
                held?.save.changes += save.changes
                held?.save.failures += save.failures
                held?.save.sequenceNumber = save.sequenceNumber
                held?.last = now
                return .wait
            }
            guard save.changes.count >= ServerLimits.burstChanges else { return .now }
            held = Held(save: save, last: now, end: now + ServerLimits.burstLongest)
            return .waitAndCheck(ServerLimits.burstQuiet)
        }
    }

    /// Hands out what waits once nothing more has come for a while, or it has waited long enough.
    func check(now: NIODeadline) -> Check {
        held.withLockedValue { held in
            guard let burst = held else { preconditionFailure("only what waits is checked") }
            let due = min(burst.last + ServerLimits.burstQuiet, burst.end)
            if now < due { return .waitMore(due - now) }
            held = nil
            return .over(burst.save)
        }
    }
}
