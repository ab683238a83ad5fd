/// Decides what is reported when: the first change after quiet at once, the rest merged.
///
/// A pure state machine: signals and times in, batches out.
struct ChangeCoalescer {
    typealias Instant = MonotonicInstant

    /// What is known about a file's state when something happens to it.
    enum Signal: Sendable, Hashable {
        /// Written and closed, renamed to here, linked: the content is whole.
        case complete
        /// Written or created, not closed yet.
        case writing
        /// Found while a folder was listed; may be written at this moment.
        case found
        /// Deleted or renamed away.
        case removed
    }

    private struct Pending {
        var order: UInt64
        var wasKnown: Bool
        var isDirectory: Bool
        var signal: Signal
        var firstSeen: Instant
        var readyAt: Instant
    }

    private struct Due {
        var order: UInt64
        var change: FileChange
    }

    private let intervals: WatchIntervals
    private let pendingLimit: Int
    private var pending: [String: Pending] = [:]
    private var nextOrder: UInt64 = 0
    private var lastReport: Instant?
    private var overflowed = false

    init(limits: FileWatcherLimits) {
        intervals = WatchIntervals(limits)
        pendingLimit = limits.pendingChanges
    }

    var isEmpty: Bool { pending.isEmpty && !overflowed }

    /// Something happened to `path`.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - signal: What happened.
    ///   - wasKnown: Whether the file was there before this.
    ///   - isPrompt: Whether even a new file is to be reported without waiting for its end as a temporary.
    ///   - isDirectory: Whether it is a folder.
    ///   - now: The time.
    mutating func note(
        _ path: String, _ signal: Signal, wasKnown: Bool, isPrompt: Bool = false, isDirectory: Bool = false,
        now: Instant
    ) {
        let earlier = pending[path]
        var entry =
            earlier
            ?? Pending(
                order: nextOrder, wasKnown: wasKnown, isDirectory: isDirectory, signal: signal,
                firstSeen: now, readyAt: now)
        if earlier == nil { nextOrder += 1 }
        // Made anew: its writing starts now.
        if earlier?.signal == .removed { entry.firstSeen = now }
        switch signal {
        case .complete:
            entry.readyAt = entry.wasKnown || isPrompt ? now : now + intervals.coalescing
        case .writing:
            entry.readyAt = min(now + intervals.writeQuiet, entry.firstSeen + intervals.longestHold)
        case .found:
            // What the events said about the file is better than what the listing says.
            if earlier == nil || earlier?.signal == .removed { entry.readyAt = now + intervals.coalescing }
        case .removed:
            entry.readyAt = now + intervals.removalGrace
        }
        entry.signal = signal
        entry.isDirectory = isDirectory
        pending[path] = entry
        if pending.count > pendingLimit {
            pending.removeAll()
            overflowed = true
        }
    }

    /// Forgets everything, because the owner is told to rescan.
    mutating func discardAll() {
        pending.removeAll()
        overflowed = false
    }

    /// Forgets what lies beneath a folder.
    mutating func discard(within directory: String) {
        pending = pending.filter { !CanonicalPath.isWithin($0.key, directory) }
    }

    /// When the next call of ``report(now:)`` has something, or nil.
    var deadline: Instant? {
        if overflowed { return lastReport.map { $0 + intervals.coalescing } ?? .now }
        guard let ready = pending.values.lazy.map(\.readyAt).min() else { return nil }
        guard let lastReport else { return ready }
        return max(ready, lastReport + intervals.coalescing)
    }

    /// What is due at `now`; nil if nothing is.
    mutating func report(now: Instant) -> FileWatchEvent? {
        if let lastReport, now < lastReport + intervals.coalescing { return nil }
        if overflowed {
            overflowed = false
            pending.removeAll()
            lastReport = now
            return .rescan(reason: "more than \(pendingLimit) changes at once")
        }
        if pending.isEmpty { return nil }
        var due: [Due] = []
        var done: [String] = []
        for (path, entry) in pending where entry.readyAt <= now {
            done.append(path)
            let isThere = entry.signal != .removed
            // A temporary that came and went is nobody's business.
            if !isThere && !entry.wasKnown { continue }
            let kind: FileChange.Kind = isThere ? (entry.wasKnown ? .modified : .created) : .removed
            due.append(
                Due(
                    order: entry.order,
                    change: FileChange(path: path, kind: kind, isDirectory: entry.isDirectory)))
        }
        for path in done { pending.removeValue(forKey: path) }
        if due.isEmpty { return nil }
        lastReport = now
        due.sort { $0.order < $1.order }
        return .changes(due.map(\.change))
    }
}
