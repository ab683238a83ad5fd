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
        /// Later while git is at work.
        var end: NIODeadline
    }

    private struct State: Sendable {
        var held: Held?
        /// Changes since the last pause.
        var recent = 0
        /// Reports of the watcher that are being looked into.
        var reading = 0
        var last = NIODeadline.distantPast
    }

    private let state = NIOLockedValueBox(State())

    /// Changes are being read: until that has ended it is not quiet, however long it takes.
    func beginReading() { state.withLockedValue { $0.reading += 1 } }

    /// The end of what ``beginReading()`` began.
    /// - Parameter now: The time.
    func endReading(now: NIODeadline) {
        state.withLockedValue { state in
            state.reading -= 1
            if state.held != nil { state.last = now }
        }
    }

    /// Decides about changes that were reported together.
    /// - Parameters:
    ///   - save: The changes.
    ///   - now: The time.
    ///   - isLocked: Whether git is at work: then there is more to come.
    func take(_ save: Save, now: NIODeadline, isLocked: Bool = false) -> Verdict {
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
            guard isLocked || state.recent >= ServerLimits.burstChanges else { return .now }
            state.held = Held(save: save, end: now + ServerLimits.burstLongest)
            return .waitAndCheck(
                isLocked ? ServerLimits.repositoryLockInterval : ServerLimits.burstQuiet)
        }
    }

    /// Hands out what waits once nothing more has come for a while, or it has waited long enough.
    /// - Parameters:
    ///   - now: The time.
    ///   - isLocked: Whether git is at work.
    func check(now: NIODeadline, isLocked: Bool = false) -> Check {
        state.withLockedValue { state in
            if isLocked {
                // The watcher's reports come some time after git has written the last file.
                state.held?.end = now + .seconds(Int64(ServerLimits.repositoryLockSeconds))
                return .waitMore(ServerLimits.repositoryLockInterval)
            }
            guard let burst = state.held else { preconditionFailure("only what waits is checked") }
            let quiet = (state.reading > 0 ? now : state.last) + ServerLimits.burstQuiet
            let due = min(quiet, burst.end)
            if now < due { return .waitMore(due - now) }
            state.held = nil
            return .over(burst.save)
        }
    }
}
