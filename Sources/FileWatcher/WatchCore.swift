/// The watcher's state behind its lock: tree, coalescer and what carries out the tree's actions.
struct WatchCore {
    typealias Instant = MonotonicInstant

    private(set) var tree: WatchTree
    private var coalescer: ChangeCoalescer
    private var reader: DirectoryReader
    private var warnings: WatchWarnings
    private var events: [FileWatchEvent] = []
    /// When the tree next wants to look at something by itself.
    private var nextTick = Instant(nanoseconds: 0)
    private(set) var isStopped = false

    init(tree: WatchTree, reader: DirectoryReader, warnings: WatchWarnings) {
        self.tree = tree
        self.coalescer = ChangeCoalescer(limits: tree.limits)
        self.reader = reader
        self.warnings = warnings
    }

    /// The descriptor to wait for, negative if there is none.
    var queue: Int32 { reader.queue }

    /// Opens the kernel's queue and looks at everything for the first time.
    mutating func start(_ coverage: Locked<WatchCoverage>) {
        openQueue()
        tree.start()
        settle(coverage)
    }

    /// Takes in events and the time; gives what is to be told now.
    mutating func step(
        _ kernelEvents: [InotifyEvent], _ coverage: Locked<WatchCoverage>
    ) -> [FileWatchEvent] {
        for event in kernelEvents {
            tree.handle(event)
            // Each event is settled before the next, which may depend on what it brought.
            settle(coverage)
        }
        let now = Instant.now
        if nextTick <= now {
            if reader.queue < 0 { openQueue() }
            let sweeps = tree.timers.sweep.map { $0 <= now } ?? false
            tree.tick(now)
            settle(coverage)
            if sweeps { tree.swept(.now, took: .now - now) }
        }
        if let report = coalescer.report(now: now) { events.append(report) }
        defer { events.removeAll() }
        return events
    }

    /// How long the thread may sleep.
    mutating func timeUntilDue() -> Nanoseconds {
        let now = Instant.now
        nextTick = tree.nextTick(now)
        return max(.zero, min(nextTick, coalescer.deadline ?? nextTick) - now)
    }

    mutating func pin(_ path: String, _ coverage: Locked<WatchCoverage>) {
        guard !isStopped else { return }
        tree.pin(path)
        if let (directory, name) = CanonicalPath.split(path), tree.isPinned(directory, name) {
            coverage.withLock { $0.pin(directory, name) }
        }
        settle(coverage)
    }

    mutating func stop() {
        isStopped = true
        reader.queue = -1
    }

    private mutating func openQueue() {
        let queue = reader.calls.makeQueue()
        reader.queue = queue
        if queue < 0 { warnings.noQueue(-queue) }
    }

    private mutating func settle(_ coverage: Locked<WatchCoverage>) {
        while let action = tree.nextAction() {
            switch action {
            case .visit(let visit):
                tree.visited(visit, reader.visit(visit))
            case .unwatch(let watch):
                if reader.queue >= 0 { reader.calls.removeWatch(reader.queue, watch) }
            case .inspect(let inspection):
                tree.inspected(inspection, reader.inspect(inspection))
            case .resolveAlias(let visit, let contents, let other):
                let isThere = FileIdentity.ofDirectory(other) == contents.identity
                tree.resolvedAlias(visit, contents, of: other, isThere: isThere)
            case .identify(let path):
                tree.identified(path, FileIdentity.ofDirectory(path))
            case .note(let path, let signal, let wasKnown, let isPrompt, let isDirectory):
                coalescer.note(
                    path, signal, wasKnown: wasKnown, isPrompt: isPrompt, isDirectory: isDirectory, now: .now)
            case .discard(let directory):
                if let directory { coalescer.discard(within: directory) } else { coalescer.discardAll() }
            case .rescan(let reason):
                events.append(.rescan(reason: reason))
            case .covered(let path, let wholly):
                coverage.withLock { $0.cover(path, wholly: wholly) }
            case .uncovered(let path):
                coverage.withLock { $0.uncover(path) }
            case .warn(let warning):
                warnings.warn(warning)
            }
        }
    }
}
