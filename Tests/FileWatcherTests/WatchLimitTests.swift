import Foundation
import Logging
import Testing

@testable import FileWatcher

/// What happens where inotify gives out: calls that fail, queues that overflow, file systems that do not tell.
@Suite struct WatchLimitTests {
    private let folder = TemporaryFolder()
    private let collector = EventCollector()
    private let log = LogCollector()

    private func watcher(_ calls: SystemCalls, _ change: (inout FileWatcher.Configuration) -> Void = { _ in })
        throws -> FileWatcher
    {
        var configuration = FileWatcher.Configuration(roots: [folder.path], pollInterval: .milliseconds(20))
        change(&configuration)
        let collector = collector
        let watcher = FileWatcher(configuration: configuration, logger: log.logger, calls: calls) {
            collector.add($0)
        }
        try watcher.start()
        return watcher
    }

    /// inotify that gives `allowed` watches and then none until it is told to.
    private final class Scarce: Sendable {
        let left: Locked<Int>
        init(_ allowed: Int) { left = Locked(allowed) }

        var calls: SystemCalls {
            var calls = SystemCalls.live
            calls.addWatch = { [self] queue, path, mask in
                let isGranted = left.withLock { left in
                    left -= 1
                    return left >= 0
                }
                return isGranted ? SystemCalls.live.addWatch(queue, path, mask) : -ENOSPC
            }
            return calls
        }
    }

    @Test func withoutWatchesFoldersArePolledAndOneMessageSaysHowToRaiseTheLimit() throws {
        for index in 0..<5 { folder.write("d\(index)/a.js") }
        let watcher = try watcher(Scarce(2).calls)
        defer { watcher.stop() }
        for index in 0..<5 { folder.write("d\(index)/a.js", "changed") }
        for index in 0..<5 { #expect(collector.waitForChange(.modified, folder("d\(index)/a.js"))) }
        folder.write("d4/new/b.js")
        #expect(collector.waitForChange(.created, folder("d4/new/b.js")))
        #expect(collector.waitForChange(.created, folder("d4/new")))
        folder.remove("d3")
        #expect(collector.waitForChange(.removed, folder("d3/a.js")))
        let messages = log.all.filter { $0.contains("max_user_watches") }
        #expect(messages.count == 1, "\(log.all)")
        #expect(messages.first?.contains("sudo sysctl fs.inotify.max_user_watches=") == true)
        #expect(!watcher.isWatched(folder("d4/a.js")))
    }

    @Test func whenTheLimitIsRaisedPollingEnds() throws {
        folder.write("d/a.js")
        let scarce = Scarce(1)
        let watcher = try watcher(scarce.calls)
        defer { watcher.stop() }
        #expect(watcher.isWatched(folder("a.js")))
        #expect(!watcher.isWatched(folder("d/a.js")))
        scarce.left.withLock { $0 = 1_000_000 }
        // The next sweep takes the watch; what is written meanwhile is found by either.
        var text = 0
        while !watcher.isWatched(folder("d/a.js")), text < 100_000 {
            text += 1
            folder.write("d/a.js", "\(text)")
        }
        #expect(watcher.isWatched(folder("d/a.js")))
        #expect(collector.waitForChange(.modified, folder("d/a.js")))
    }

    @Test func aSaveOfTheSameSizeRightAfterTheLookIsFound() throws {
        folder.write("d/a.js", "1")
        let watcher = try watcher(Scarce(0).calls)
        defer { watcher.stop() }
        for save in 2..<8 {
            _ = collector.take()
            folder.write("d/a.js", "\(save)")
            #expect(collector.waitForChange(.modified, folder("d/a.js")))
        }
    }

    @Test func loadedFilesArePolledToo() throws {
        folder.write("node_modules/p/a.js")
        let watcher = try watcher(Scarce(1).calls)
        defer { watcher.stop() }
        watcher.watchFile(folder("node_modules/p/a.js"))
        #expect(!watcher.isWatched(folder("node_modules/p/a.js")))
        folder.write("node_modules/p/a.js", "changed")
        #expect(collector.waitForChange(.modified, folder("node_modules/p/a.js")))
    }

    @Test func withoutAQueueAllIsPolled() throws {
        folder.write("d/a.js")
        var calls = SystemCalls.live
        calls.makeQueue = { -EMFILE }
        let watcher = try watcher(calls)
        defer { watcher.stop() }
        folder.write("d/a.js", "changed")
        #expect(collector.waitForChange(.modified, folder("d/a.js")))
        #expect(log.all.filter { $0.contains("sudo sysctl fs.inotify.max_user_instances=") }.count == 1)
        #expect(!log.all.contains { $0.contains("max_user_watches") })
    }

    @Test func aRemoteFileSystemIsPolled() throws {
        folder.write("d/a.js")
        var calls = SystemCalls.live
        calls.fileSystemName = { _ in "9p" }
        let watcher = try watcher(calls)
        defer { watcher.stop() }
        #expect(!watcher.isWatched(folder("d/a.js")))
        folder.write("d/a.js", "changed")
        #expect(collector.waitForChange(.modified, folder("d/a.js")))
        #expect(log.all.filter { $0.contains("network") }.count == 1)
    }

    @Test func tooManyFoldersAreSaidOnce() throws {
        for index in 0..<10 { folder.write("d\(index)/a.js") }
        let watcher = try watcher(.live) { $0.limits.directories = 4 }
        defer { watcher.stop() }
        folder.write("a.js")
        #expect(collector.waitForChange(.created, folder("a.js")))
        #expect(log.all.filter { $0.contains("--ignore") }.count == 1)
    }

    /// inotify whose events are lost while it is told so, and which then says so.
    private final class Forgetful: Sendable {
        let isLosing = Locked(false)
        let losses = Locked(0)

        var calls: SystemCalls {
            var calls = SystemCalls.live
            calls.readQueue = { [self] queue, buffer in
                let count = SystemCalls.live.readQueue(queue, buffer)
                guard isLosing.withLock({ $0 }), count > 0 else { return count }
                losses.withLock { $0 += 1 }
                while SystemCalls.live.readQueue(queue, buffer) > 0 {}
                var event = inotify_event()
                event.wd = -1
                event.mask = UInt32(IN_Q_OVERFLOW)
                return withUnsafeBytes(of: &event) { bytes in
                    buffer.copyMemory(from: bytes)
                    return bytes.count
                }
            }
            return calls
        }
    }

    @Test func afterAnOverflowTheOwnerIsToldAndAllIsWatchedAgain() throws {
        folder.write("old/a.js")
        folder.write("gone/a.js")
        let forgetful = Forgetful()
        let watcher = try watcher(forgetful.calls)
        defer { watcher.stop() }
        forgetful.isLosing.withLock { $0 = true }
        folder.write("new/deep/a.js")
        folder.remove("gone")
        #expect(rename(folder("old"), folder("moved")) == 0)
        #expect(collector.waitForRescan("overflow"))
        // Events that were on their way are lost as well, but every loss is followed by a rescan.
        #expect(
            Self.until {
                watcher.isWatched(folder("new/deep/a.js")) && watcher.isWatched(folder("moved/a.js"))
            })
        forgetful.isLosing.withLock { $0 = false }
        #expect(
            Self.until { !watcher.isWatched(folder("old/a.js")) && !watcher.isWatched(folder("gone/a.js")) })
        for file in ["new/deep/a.js", "moved/a.js"] {
            folder.write(file, "changed")
            #expect(collector.waitForChange(.modified, folder(file)), "\(collector.all)")
        }
    }

    @Test func aRealOverflow() throws {
        let limit = (try? String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8))
            .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        guard let limit, limit <= 65_536 else { return }
        folder.write("a.js")
        folder.write("b.js")
        let (collector, gate) = (collector, DispatchSemaphore(value: 0))
        let first = Locked(true)
        let watcher = FileWatcher(configuration: .init(roots: [folder.path]), logger: log.logger) { event in
            collector.add(event)
            // The thread is held up while the queue fills.
            if first.withLock({ isFirst in
                defer { isFirst = false }; return isFirst
            }) {
                gate.wait()
            }
        }
        try watcher.start()
        defer { watcher.stop() }
        folder.write("a.js", "1")
        #expect(collector.waitForChange(.modified, folder("a.js")))
        // Two files in turn, because the kernel merges equal events in a row.
        for _ in 0...(limit / 4 + 10) {
            folder.write("a.js", "22")
            folder.write("b.js", "22")
        }
        folder.write("late/c.js")
        gate.signal()
        #expect(collector.waitForRescan("overflow"))
        folder.write("late/c.js", "changed")
        #expect(collector.waitForChange(.modified, folder("late/c.js")))
    }

    /// Waits for what other threads bring about.
    private static func until(_ condition: () -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: EventCollector.patience)
        while !condition() {
            if Date() > end { return false }
            sched_yield()
        }
        return true
    }
}
