import Glibc
import Synchronization

/// What the watcher's thread runs: waits for the kernel, has the core decide, tells the owner.
final class WatchEngine: Sendable {
    private let core: Locked<WatchCore>
    private let coverage = Locked(WatchCoverage())
    private let stopping = Atomic(false)
    private let wakeup = Locked<WakeupPipe?>(nil)
    private let calls: SystemCalls
    private let limits: FileWatcherLimits
    private let onEvent: @Sendable (FileWatchEvent) -> Void

    init(
        core: consuming WatchCore, calls: SystemCalls, limits: FileWatcherLimits,
        onEvent: @escaping @Sendable (FileWatchEvent) -> Void
    ) {
        self.core = Locked(core)
        self.calls = calls
        self.limits = limits
        self.onEvent = onEvent
    }

    /// Puts all watches in place, on the caller's thread.
    func prepare(_ pipe: WakeupPipe) {
        wakeup.withLock { $0 = pipe }
        core.withLock { $0.start(coverage) }
    }

    /// Runs until ``requestStop()``, then closes all descriptors; on the watcher's thread.
    func run(_ pipe: WakeupPipe) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limits.readBufferBytes, alignment: 8)
        defer { buffer.deallocate() }
        var events: [InotifyEvent] = []
        while !stopping.load(ordering: .acquiring) {
            let (queue, wait) = core.withLock { ($0.queue, $0.timeUntilDue()) }
            waitForInput(queue, pipe, atMost: wait)
            if stopping.load(ordering: .acquiring) { break }
            events.removeAll(keepingCapacity: true)
            if queue >= 0 { readEvents(queue, buffer, into: &events) }
            let report = core.withLock { $0.step(events, coverage) }
            for event in report { onEvent(event) }
        }
        close(pipe)
    }

    /// Releases everything without having run.
    func close(_ pipe: WakeupPipe) {
        let queue = core.withLock { core in
            defer { core.stop() }
            return core.queue
        }
        if queue >= 0 { _ = Glibc.close(queue) }
        coverage.withLock { $0.clear() }
        wakeup.withLock { $0 = nil }
        pipe.close()
    }

    func requestStop() {
        stopping.store(true, ordering: .releasing)
        wakeup.withLock { $0?.wake() }
    }

    // MARK: Any thread

    func pin(_ path: String) {
        guard let (directory, name) = CanonicalPath.split(path),
            !coverage.withLock({ $0.isPinned(directory, name) }), CanonicalPath.isCanonical(path)
        else { return }
        core.withLock { $0.pin(path, coverage) }
        // It may have to look for the file's folder from now on.
        wakeup.withLock { $0?.wake() }
    }

    func isWatched(_ path: String) -> Bool {
        switch coverage.withLock({ $0.answer(path) }) {
        case .watched: return true
        case .unwatched: return false
        case .unlessIgnored: return !isIgnored(path, isDirectory: false)
        }
    }

    func isIgnored(_ path: String, isDirectory: Bool) -> Bool {
        core.withLock { $0.tree.isIgnored(path, isDirectory: isDirectory) }
    }

    // MARK: The thread

    private func waitForInput(_ queue: Int32, _ pipe: WakeupPipe, atMost wait: Nanoseconds) {
        var descriptors = [
            pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
            // A negative descriptor is skipped by poll.
            pollfd(fd: queue, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&descriptors, 2, wait.wholeMilliseconds)
        if descriptors[0].revents != 0 { pipe.drain() }
    }

    private func readEvents(
        _ queue: Int32, _ buffer: UnsafeMutableRawBufferPointer, into events: inout [InotifyEvent]
    ) {
        for _ in 0..<limits.readsPerRound {
            let count = calls.readQueue(queue, buffer)
            if count <= 0 { return }
            InotifyEvent.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), into: &events)
            // The largest event would have fitted: the queue was empty.
            if count < buffer.count - MemoryLayout<inotify_event>.size - Int(NAME_MAX) - 1 { return }
        }
    }
}
