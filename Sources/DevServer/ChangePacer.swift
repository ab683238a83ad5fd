import NIOCore

/// Tells how often to tell a value that changes often: at once after a quiet spell, then once per interval.
///
/// Pure: times in, delays out.
struct ChangePacer {
    private let interval: TimeAmount
    private var lastTold: NIODeadline?
    private var isScheduled = false

    init(interval: TimeAmount) { self.interval = interval }

    /// The value has changed.
    /// - Returns: After which time it is to be told; `nil` when that has been asked for already.
    mutating func changed(now: NIODeadline) -> TimeAmount? {
        guard !isScheduled else { return nil }
        isScheduled = true
        guard let lastTold, now < lastTold + interval else { return .zero }
        return lastTold + interval - now
    }

    /// The value is being told.
    mutating func told(now: NIODeadline) {
        isScheduled = false
        lastTold = now
    }
}
