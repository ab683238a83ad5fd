import Foundation
import Logging
import Testing

@testable import FileWatcher

@Suite struct FileWatcherTests {
    private let folder = TemporaryFolder()
    private let collector = EventCollector()

    private func watcher(_ roots: [String]) -> FileWatcher {
        let collector = collector
        return FileWatcher(configuration: .init(roots: roots), logger: Logger(label: "test")) {
            collector.add($0)
        }
    }

    @Test func aMissingRootIsAnErrorThatNamesIt() {
        let watcher = watcher([folder("none")])
        let error = #expect(throws: FileWatcherError.self) { try watcher.start() }
        #expect(error?.code == .rootMissing)
        #expect(error?.message.contains(folder("none")) == true)
    }

    @Test func aFileAsRootIsAnError() {
        folder.write("a.js")
        let watcher = watcher([folder("a.js")])
        let error = #expect(throws: FileWatcherError.self) { try watcher.start() }
        #expect(error?.code == .rootMissing)
    }

    @Test func aSecondStartIsAnError() throws {
        let watcher = watcher([folder.path])
        try watcher.start()
        let error = #expect(throws: FileWatcherError.self) { try watcher.start() }
        #expect(error?.code == .alreadyStarted)
        watcher.stop()
        watcher.stop()
        #expect(throws: FileWatcherError.self) { try watcher.start() }
    }

    @Test func aRootGivenByALinkIsToldByItsCanonicalPath() throws {
        folder.makeFolder("real")
        #expect(symlink("real", folder("link")) == 0)
        let watcher = watcher([folder("link/../link/.")])
        try watcher.start()
        defer { watcher.stop() }
        folder.write("link/a.js")
        #expect(collector.waitForChange(.created, folder("real/a.js")))
    }

    @Test func rootsInRootsAreToldOnceAndByTheirOwnRules() throws {
        folder.write(".gitignore", "inner\n*.css")
        folder.write("inner/a.css")
        folder.write("sub/a.js")
        let watcher = watcher([folder.path, folder("inner"), folder("sub"), folder("sub")])
        try watcher.start()
        defer { watcher.stop() }
        folder.write("inner/a.css", "changed")
        folder.write("sub/a.js", "changed")
        folder.write("a.css", "changed")
        #expect(collector.waitForChange(.modified, folder("inner/a.css")))
        #expect(collector.waitForChange(.modified, folder("sub/a.js")))
        watcher.stop()
        #expect(collector.changes.filter { $0.path == folder("sub/a.js") }.count == 1)
        #expect(!collector.changes.contains { $0.path == folder("a.css") })
    }

    @Test func isWatchedTellsWhatWillBeTold() throws {
        for file in ["a.js", "d/a.js", "node_modules/p/a.js", "x.swp"] { folder.write(file) }
        let outside = TemporaryFolder()
        outside.write("a.js")
        let watcher = watcher([folder.path])
        #expect(!watcher.isWatched(folder("a.js")))
        try watcher.start()
        #expect(watcher.isWatched(folder("a.js")))
        #expect(watcher.isWatched(folder("d/a.js")))
        #expect(!watcher.isWatched(folder("x.swp")))
        #expect(!watcher.isWatched(folder("none/a.js")))
        for file in [folder("node_modules/p/a.js"), outside("a.js"), folder("x.swp")] {
            #expect(!watcher.isWatched(file))
            watcher.watchFile(file)
            #expect(watcher.isWatched(file))
        }
        #expect(!watcher.isWatched(outside("b.js")))
        watcher.stop()
        #expect(!watcher.isWatched(folder("a.js")))
        watcher.watchFile(folder("d/a.js"))
        #expect(!watcher.isWatched(folder("d/a.js")))
    }

    @Test func oddPathsDoNoHarm() throws {
        let watcher = watcher([folder.path])
        try watcher.start()
        defer { watcher.stop() }
        for path in [
            "", "/", "a", "a/b", "//", folder.path + "/", folder.path + "//a", folder("a\nb"), "/\u{0}/x",
        ] {
            watcher.watchFile(path)
            _ = watcher.isWatched(path)
            _ = watcher.isIgnored(path, isDirectory: true)
        }
        folder.write("a.js")
        #expect(collector.waitForChange(.created, folder("a.js")))
    }

    @Test func aPinThroughALinkIsPolledAndDoesNotDisturbTheFolder() throws {
        folder.write("d/a.js")
        let other = TemporaryFolder()
        #expect(symlink(folder.path, other("link")) == 0)
        let watcher = watcher([folder.path])
        try watcher.start()
        defer { watcher.stop() }
        watcher.watchFile(other("link/d/a.js"))
        #expect(!watcher.isWatched(other("link/d/a.js")))
        #expect(watcher.isWatched(folder("d/a.js")))
        folder.write("d/a.js", "changed")
        #expect(collector.waitForChange(.modified, folder("d/a.js")))
    }

    @Test func namesThatAreNotUTF8AreLeftOut() throws {
        let watcher = watcher([folder.path])
        try watcher.start()
        defer { watcher.stop() }
        let bad = folder.path.utf8CString.dropLast() + [0x2F, CChar(bitPattern: 0xFF), 0x2E, 0x6A, 0x73, 0]
        let descriptor = bad.withUnsafeBufferPointer { open($0.baseAddress!, O_WRONLY | O_CREAT, 0o644) }
        close(descriptor)
        folder.write("a.js")
        #expect(collector.waitForChange(.created, folder("a.js")))
        #expect(collector.changes.map(\.path) == [folder("a.js")])
    }

    @Test func specialFilesAreLeftOut() throws {
        #expect(mkfifo(folder(".gitignore"), 0o644) == 0)
        let watcher = watcher([folder.path])
        try watcher.start()
        defer { watcher.stop() }
        #expect(mkfifo(folder("pipe"), 0o644) == 0)
        folder.write("a.js")
        #expect(collector.waitForChange(.created, folder("a.js")))
        #expect(collector.changes.map(\.path) == [folder("a.js")])
    }

    @Test func stopWaitsForTheThread() throws {
        let thread = Locked("")
        let collector = collector
        let watcher = FileWatcher(configuration: .init(roots: [folder.path]), logger: Logger(label: "test")) {
            event in
            thread.withLock {
                $0 = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")) ?? ""
            }
            collector.add(event)
        }
        try watcher.start()
        folder.write("a.js")
        #expect(collector.waitForChange(.created, folder("a.js")))
        watcher.stop()
        let count = collector.all.count
        let task = "/proc/" + thread.withLock { $0 }
        #expect(task.contains("/task/"))
        // The kernel may need a moment to tidy up after a thread that has ended.
        let end = Date(timeIntervalSinceNow: EventCollector.patience)
        while FileManager.default.fileExists(atPath: task), Date() < end { sched_yield() }
        #expect(!FileManager.default.fileExists(atPath: task))
        folder.write("b.js")
        #expect(collector.all.count == count)
    }

    @Test func stopFromWithinTheClosure() throws {
        let box = Locked<FileWatcher?>(nil)
        let collector = collector
        let watcher = FileWatcher(configuration: .init(roots: [folder.path]), logger: Logger(label: "test")) {
            event in
            box.withLock { $0 }?.stop()
            collector.add(event)
        }
        box.withLock { $0 = watcher }
        try watcher.start()
        folder.write("a.js")
        #expect(collector.waitForChange(.created, folder("a.js")))
        box.withLock { $0 = nil }
    }

    @Test func watchFileFromWithinTheClosure() throws {
        let outside = TemporaryFolder()
        outside.write("a.js")
        let box = Locked<FileWatcher?>(nil)
        let collector = collector
        let watcher = FileWatcher(configuration: .init(roots: [folder.path]), logger: Logger(label: "test")) {
            event in
            box.withLock { $0 }?.watchFile(outside("a.js"))
            collector.add(event)
        }
        box.withLock { $0 = watcher }
        try watcher.start()
        folder.write("a.js")
        #expect(collector.waitForChange(.created, folder("a.js")))
        outside.write("a.js", "changed")
        #expect(collector.waitForChange(.modified, outside("a.js")))
        box.withLock { $0 = nil }
        watcher.stop()
    }

    @Test func noDescriptorIsLeftOpen() throws {
        func openDescriptors() -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        }
        folder.write("d/.gitignore", "x")
        let before = openDescriptors()
        for round in 0..<100 {
            var watcher: FileWatcher? = watcher([folder.path])
            try watcher?.start()
            folder.write("d\(round)/a.js")
            // Every other one by stop(), the rest by being released.
            if round % 2 == 0 { watcher?.stop() }
            watcher = nil
        }
        // Each would leave three; other tests run at the same time and hold some of their own.
        #expect(openDescriptors() < before + 100)
    }

    @Test func whatHappensBetweenStartAndTheFirstLookIsTold() throws {
        // The look is at the end of start(): from then on nothing is lost.
        for round in 0..<50 {
            let watcher = watcher([folder.path])
            try watcher.start()
            folder.write("r\(round)/a.js")
            #expect(collector.waitForChange(.created, folder("r\(round)/a.js")))
            watcher.stop()
        }
    }
}
