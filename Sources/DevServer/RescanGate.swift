import NIOConcurrencyHelpers

/// Lets one rescan run at a time: whatever is asked for meanwhile is one more when it ends.
///
/// While a kernel queue overflows again and again, rescans side by side would only slow each other down.
/// Safe on any thread.
final class RescanGate: Sendable {
    private enum Phase {
        case idle, running, runningAndAskedAgain
    }

    private let phase = NIOLockedValueBox(Phase.idle)

    /// A rescan is needed; returns whether the caller has to run it.
    func ask() -> Bool {
        phase.withLockedValue { phase in
            defer { phase = phase == .idle ? .running : .runningAndAskedAgain }
            return phase == .idle
        }
    }

    /// A rescan has ended; returns whether the caller has to run another.
    func ended() -> Bool {
        phase.withLockedValue { phase in
            defer { phase = phase == .runningAndAskedAgain ? .running : .idle }
            return phase == .runningAndAskedAgain
        }
    }
}
