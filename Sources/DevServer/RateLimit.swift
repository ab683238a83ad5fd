import NIOCore

/// A bucket of tokens: a burst is free, and then so many a second.
///
/// Pure: times in, decisions out.
struct RateLimit {
    private let burst: Int64
    private let refill: TimeAmount
    private var tokens: Int64
    private var lastRefill: NIODeadline

    /// A full bucket.
    /// - Parameters:
    ///   - burst: How many tokens it holds.
    ///   - perSecond: How many come back in a second.
    ///   - now: The time.
    init(burst: Int, perSecond: Int, now: NIODeadline) {
        self.burst = Int64(burst)
        refill = .nanoseconds(1_000_000_000 / Int64(perSecond))
        tokens = Int64(burst)
        lastRefill = now
    }

    /// Takes a token; returns whether there was one.
    mutating func take(now: NIODeadline) -> Bool {
        let due = (now - lastRefill).nanoseconds / refill.nanoseconds
        if tokens + due >= burst {
            tokens = burst
            lastRefill = now
        } else {
            tokens += due
            lastRefill = lastRefill + .nanoseconds(due * refill.nanoseconds)
        }
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }
}
