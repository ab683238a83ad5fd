extension WatchTree {
    /// When the next periodic look is due.
    struct Timers {
        var sweep: Instant?
        var vanishedRoots: Instant?
        var vanishedOthers: Instant?
        var identities: Instant?
    }

    private var missesRoot: Bool { roots.contains { !$0.value.isLinked && !$0.value.isPresent } }
    private var missesOthers: Bool {
        !vanishedPinFolders.isEmpty || roots.contains { $0.value.isLinked && !$0.value.isPresent }
    }

    /// When ``tick(_:)`` has something to do; sets the timers that the present state needs.
    mutating func nextTick(_ now: Instant) -> Instant {
        Self.set(&timers.sweep, after: intervals.poll, if: !polled.isEmpty, now)
        Self.set(&timers.vanishedRoots, after: intervals.vanishedRoot, if: missesRoot, now)
        Self.set(&timers.vanishedOthers, after: intervals.poll, if: missesOthers, now)
        let identities = timers.identities ?? now + intervals.identity
        timers.identities = identities
        return [timers.sweep, timers.vanishedRoots, timers.vanishedOthers].compactMap { $0 }
            .reduce(identities, min)
    }

    private static func set(
        _ timer: inout Instant?, after delay: Nanoseconds, if isNeeded: Bool, _ now: Instant
    ) {
        timer = isNeeded ? timer ?? now + delay : nil
    }

    /// Asks for the looks that are due.
    mutating func tick(_ now: Instant) {
        if Self.isDue(&timers.sweep, now) {
            for path in polled.sorted() {
                push(.visit(Visit(path: path, root: directories[path]?.root, purpose: .sweep)))
            }
        }
        if Self.isDue(&timers.vanishedRoots, now) {
            for (path, root) in roots where !root.isPresent && !root.isLinked {
                push(.visit(Visit(path: path, root: path, purpose: .initial)))
            }
        }
        if Self.isDue(&timers.vanishedOthers, now) {
            for (path, root) in roots where !root.isPresent && root.isLinked {
                push(.visit(Visit(path: path, root: path, purpose: .initial)))
            }
            for path in vanishedPinFolders {
                push(.visit(Visit(path: path, root: nil, purpose: .appeared)))
            }
        }
        if Self.isDue(&timers.identities, now) {
            for (path, root) in roots where root.isPresent { push(.identify(path)) }
            for path in pins.keys where directories[path] != nil && directories[path]?.root == nil {
                push(.identify(path))
            }
        }
    }

    /// A sweep took this long: rest long enough that polling stays a small part of the time.
    mutating func swept(_ now: Instant, took: Nanoseconds) {
        guard !polled.isEmpty else { return }
        timers.sweep = now + max(intervals.poll, took * limits.pollIdleFactor)
    }

    private static func isDue(_ timer: inout Instant?, _ now: Instant) -> Bool {
        guard let due = timer, due <= now else { return false }
        timer = nil
        return true
    }
}
