import Glibc

/// A time of the monotonic clock in nanoseconds.
///
/// One word: the 128-bit arithmetic of `ContinuousClock` would be felt on the way of every save.
struct MonotonicInstant: Sendable, Hashable, Comparable {
    var nanoseconds: Int64

    static var now: MonotonicInstant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    static func + (instant: MonotonicInstant, interval: Nanoseconds) -> MonotonicInstant {
        let (sum, overflows) = instant.nanoseconds.addingReportingOverflow(interval.count)
        return MonotonicInstant(nanoseconds: overflows ? .max : sum)
    }

    static func - (later: MonotonicInstant, earlier: MonotonicInstant) -> Nanoseconds {
        Nanoseconds(count: later.nanoseconds - earlier.nanoseconds)
    }
}

/// An interval of time.
struct Nanoseconds: Sendable, Hashable, Comparable {
    var count: Int64

    init(count: Int64) { self.count = count }

    /// Intervals that do not fit (292 years) are the longest that do.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowsToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        count = overflows || overflowsToo ? (seconds < 0 ? .min : .max) : sum
    }

    static func milliseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count: count * 1_000_000) }
    static func seconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count: count * 1_000_000_000) }
    static let zero = Nanoseconds(count: 0)

    static func < (left: Nanoseconds, right: Nanoseconds) -> Bool { left.count < right.count }

    static func * (interval: Nanoseconds, factor: Int) -> Nanoseconds {
        let (product, overflows) = interval.count.multipliedReportingOverflow(by: Int64(factor))
        return Nanoseconds(count: overflows ? .max : product)
    }

    /// For poll(2): never shorter than the interval.
    var wholeMilliseconds: Int32 { Int32(clamping: count / 1_000_000 + (count % 1_000_000 > 0 ? 1 : 0)) }
}

/// The intervals of ``FileWatcherLimits``, converted once.
struct WatchIntervals: Sendable {
    let coalescing: Nanoseconds
    let writeQuiet: Nanoseconds
    let longestHold: Nanoseconds
    let removalGrace: Nanoseconds
    let poll: Nanoseconds
    let vanishedRoot: Nanoseconds
    let identity: Nanoseconds

    init(_ limits: FileWatcherLimits) {
        coalescing = Nanoseconds(limits.coalescing)
        writeQuiet = Nanoseconds(limits.writeQuiet)
        longestHold = Nanoseconds(limits.longestHold)
        removalGrace = Nanoseconds(limits.removalGrace)
        poll = Nanoseconds(limits.pollInterval)
        vanishedRoot = Nanoseconds(limits.vanishedRootInterval)
        identity = Nanoseconds(limits.identityInterval)
    }
}
