import Foundation
import Testing

@testable import FileWatcher

@Suite struct PureTests {
    private let now = MonotonicInstant.now

    private func tree(_ change: (inout FileWatcherLimits) -> Void = { _ in }) -> WatchTree {
        var limits = FileWatcherLimits.default
        change(&limits)
        return WatchTree(roots: ["/r"], rules: IgnoreRules(globs: []), readsGitignore: true, limits: limits)
    }

    private func contents(_ watch: Int32, _ items: [DirectoryListing.Item] = []) -> DirectoryListing {
        .contents(
            .init(
                coverage: .inotify(watch), identity: FileIdentity(device: 1, inode: UInt64(watch)),
                items: items,
                ignoreFile: nil))
    }

    /// Runs the tree against folders that are there; returns what it wants beyond visits.
    private func settle(_ tree: inout WatchTree, _ folders: [String: DirectoryListing]) -> [WatchTree.Action]
    {
        var rest: [WatchTree.Action] = []
        while let action = tree.nextAction() {
            if case .visit(let visit) = action {
                tree.visited(visit, folders[visit.path] ?? .gone)
            } else {
                rest.append(action)
            }
        }
        return rest
    }

    /// Who asks for a new file's changes before the kernel's event of its new folder has been read must not keep
    /// the others from hearing of it.
    @Test func aFileThatWasPinnedInANewFolderIsToldAllTheSame() {
        var tree = tree()
        tree.start()
        let folders = ["/r": contents(1), "/r/n": contents(2, [.init(name: "a.js", kind: .file)])]
        _ = settle(&tree, folders)
        tree.pin("/r/n/a.js")
        _ = settle(&tree, folders)
        tree.handle(InotifyEvent(watch: 1, mask: [.created, .isDirectory], name: "n"))
        let notes = settle(&tree, folders).filter { if case .note = $0 { true } else { false } }
        #expect(
            notes == [
                .note(path: "/r/n", signal: .found, wasKnown: false, isPrompt: false, isDirectory: true),
                .note(path: "/r/n/a.js", signal: .found, wasKnown: false, isPrompt: true, isDirectory: false),
            ])
    }

    @Test func theFirstLookReportsNothing() {
        var tree = tree()
        tree.start()
        let actions = settle(
            &tree,
            [
                "/r": contents(1, [.init(name: "a.js", kind: .file), .init(name: "d", kind: .directory)]),
                "/r/d": contents(2),
            ])
        #expect(actions == [.covered(path: "/r", wholly: true), .covered(path: "/r/d", wholly: true)])
    }

    @Test func aSaveIsNotedAsKnown() {
        var tree = tree()
        tree.start()
        _ = settle(&tree, ["/r": contents(1, [.init(name: "a.js", kind: .file)])])
        tree.handle(InotifyEvent(watch: 1, mask: .closedAfterWrite, name: "a.js"))
        #expect(
            settle(&tree, [:]) == [
                .note(path: "/r/a.js", signal: .complete, wasKnown: true, isPrompt: false, isDirectory: false)
            ])
    }

    @Test func anUnknownWatchMeansRescan() {
        var tree = tree()
        tree.start()
        let folders = ["/r": contents(1)]
        _ = settle(&tree, folders)
        tree.handle(InotifyEvent(watch: 77, mask: .modified, name: "a.js"))
        let actions = settle(&tree, folders)
        #expect(actions.first == .discard(within: nil))
        #expect(actions.contains { if case .rescan = $0 { true } else { false } })
    }

    @Test func aWatchThatWasJustRemovedDoesNot() {
        var tree = tree()
        tree.start()
        let folders = ["/r": contents(1, [.init(name: "d", kind: .directory)]), "/r/d": contents(2)]
        _ = settle(&tree, folders)
        tree.handle(InotifyEvent(watch: 1, mask: [.movedFrom, .isDirectory], name: "d"))
        #expect(settle(&tree, folders).contains(.unwatch(2)))
        tree.handle(InotifyEvent(watch: 2, mask: .modified, name: "a.js"))
        tree.handle(InotifyEvent(watch: 2, mask: .watchRemoved, name: ""))
        #expect(settle(&tree, folders).isEmpty)
    }

    /// Another processor may be about to queue an event when the kernel queues the watch's last one.
    @Test(arguments: [true, false]) func norDoesAnEventBehindItsLastOne(isRemovedByUs: Bool) {
        var tree = tree()
        tree.start()
        let folders = ["/r": contents(1, [.init(name: "d", kind: .directory)]), "/r/d": contents(2)]
        _ = settle(&tree, folders)
        if isRemovedByUs { tree.handle(InotifyEvent(watch: 1, mask: [.movedFrom, .isDirectory], name: "d")) }
        tree.handle(InotifyEvent(watch: 2, mask: .watchRemoved, name: ""))
        _ = settle(&tree, folders)
        tree.handle(InotifyEvent(watch: 2, mask: .created, name: "a.js"))
        #expect(settle(&tree, folders).isEmpty)
    }

    @Test func aFolderThatMovedWhileEventsWereLostKeepsItsWatch() {
        var tree = tree()
        tree.start()
        var folders = ["/r": contents(1, [.init(name: "d", kind: .directory)]), "/r/d": contents(2)]
        _ = settle(&tree, folders)
        folders = ["/r": contents(1, [.init(name: "e", kind: .directory)]), "/r/e": contents(2)]
        tree.handle(InotifyEvent(watch: -1, mask: .queueOverflowed, name: ""))
        #expect(!settle(&tree, folders).contains(.unwatch(2)))
        #expect(tree.pathByWatch[2] == "/r/e")
    }

    @Test func manyOverflowsInARowMeanOneRescan() {
        var tree = tree()
        tree.start()
        let folders = ["/r": contents(1)]
        _ = settle(&tree, folders)
        for _ in 0..<5 { tree.handle(InotifyEvent(watch: -1, mask: .queueOverflowed, name: "")) }
        let rescans = settle(&tree, folders).filter { if case .rescan = $0 { true } else { false } }
        #expect(rescans.count == 1)
    }

    @Test func anIdleTreeAsksOnlyForIdentities() {
        var tree = tree()
        tree.start()
        _ = settle(&tree, ["/r": contents(1)])
        #expect(tree.nextTick(now) == now + .seconds(2))
        tree.tick(now + .seconds(2))
        #expect(settle(&tree, [:]) == [.identify("/r")])
    }

    @Test func aRootThatIsAnotherNowIsLookedAtAnew() {
        var tree = tree()
        tree.start()
        _ = settle(&tree, ["/r": contents(1)])
        tree.identified("/r", FileIdentity(device: 1, inode: 99))
        let actions = settle(&tree, ["/r": contents(2)])
        #expect(actions.contains(.unwatch(1)))
        #expect(actions.contains(.covered(path: "/r", wholly: true)))
        #expect(actions.contains { if case .rescan = $0 { true } else { false } })
    }

    @Test func slowSweepsAreMadeLessOften() {
        var tree = tree()
        tree.start()
        let polled = DirectoryListing.contents(
            .init(
                coverage: .polled(.watchLimit), identity: FileIdentity(device: 1, inode: 1), items: [],
                ignoreFile: nil))
        _ = settle(&tree, ["/r": polled])
        #expect(tree.nextTick(now) == now + .milliseconds(500))
        tree.swept(now, took: .milliseconds(300))
        tree.timers.identities = now + .seconds(60)
        #expect(tree.nextTick(now) == now + .seconds(3))
    }

    @Test func aListingThatFailsRemovesNothing() {
        var tree = tree()
        tree.start()
        _ = settle(&tree, ["/r": contents(1, [.init(name: "a.js", kind: .file)])])
        let failed = DirectoryListing.contents(
            .init(
                coverage: .polled(.watchLimit), identity: FileIdentity(device: 1, inode: 1), items: nil,
                ignoreFile: nil))
        tree.recrawl(reason: "test")
        let actions = settle(&tree, ["/r": failed])
        #expect(!actions.contains { if case .note = $0 { true } else { false } })
        #expect(tree.directories["/r"]?.entries["a.js"] != nil)
    }

    @Test func eventsAreParsedFromAnyBytes() {
        var events: [InotifyEvent] = []
        func parse(_ bytes: [UInt8]) { bytes.withUnsafeBytes { InotifyEvent.parse($0, into: &events) } }
        parse([])
        parse(Array(repeating: 0xFF, count: 15))
        parse(Array(repeating: 0xFF, count: 64))
        #expect(events.isEmpty)
        // Watch 3, IN_CLOSE_WRITE, no cookie, eight bytes of name: "a.js" and padding.
        parse([3, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0] + Array("a.js".utf8) + [0, 0, 0, 0])
        #expect(events == [InotifyEvent(watch: 3, mask: .closedAfterWrite, name: "a.js")])
    }

    @Test func fileSystemsAreKnownByTheirDevice() {
        let table = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            40 22 0:35 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync
            41 22 0:36 / /media/a rw - fuse.sshfs host: rw
            broken line
            """
        #expect(MountTable.fileSystemName(device: 254 << 8, in: table) == "ext4")
        #expect(MountTable.fileSystemName(device: 35, in: table) == "9p")
        #expect(MountTable.fileSystemName(device: 36, in: table) == "fuse.sshfs")
        #expect(MountTable.fileSystemName(device: 37, in: table) == nil)
        #expect(MountTable.isRemote("9p") && MountTable.isRemote("fuse.sshfs") && MountTable.isRemote("nfs4"))
        #expect(
            !MountTable.isRemote("ext4") && !MountTable.isRemote("overlay") && !MountTable.isRemote("fuseblk")
        )
    }

    @Test func stamps() {
        let identity = FileIdentity(device: 1, inode: 2)
        let old = FileStamp(identity: identity, size: 3, seconds: 100)
        #expect(!old.mayDiffer(from: old))
        #expect(FileStamp(identity: identity, size: 4, seconds: 100).mayDiffer(from: old))
        #expect(FileStamp(identity: identity, size: 3, seconds: 100, nanoseconds: 1).mayDiffer(from: old))
        #expect(old.mayDiffer(from: FileStamp(identity: identity, size: 3, seconds: 100, isFresh: true)))
    }

    @Test func paths() {
        #expect(CanonicalPath.join("/", "a") == "/a")
        #expect(CanonicalPath.join("/a", "b") == "/a/b")
        #expect(CanonicalPath.split("/a/b").map { [$0.directory, $0.name] } == ["/a", "b"])
        #expect(CanonicalPath.split("/a").map { [$0.directory, $0.name] } == ["/", "a"])
        #expect(CanonicalPath.split("/") == nil && CanonicalPath.split("a/b") == nil)
        #expect(CanonicalPath.isWithin("/a/b", "/a") && CanonicalPath.isWithin("/a", "/a"))
        #expect(!CanonicalPath.isWithin("/ab", "/a") && CanonicalPath.isWithin("/ab", "/"))
        #expect(String(CanonicalPath.relative("/a/b/c", to: "/a")) == "b/c")
        #expect(String(CanonicalPath.relative("/b/c", to: "/")) == "b/c")
        #expect(
            CanonicalPath.depth("/a/b/c", below: "/a") == 2 && CanonicalPath.depth("/a", below: "/a") == 0)
    }

    @Test func intervals() {
        #expect(Nanoseconds(.milliseconds(20)) == .milliseconds(20))
        #expect(Nanoseconds(.seconds(Int64.max)).count == .max)
        #expect(Nanoseconds(.seconds(Int64.min)).count == .min)
        #expect(now + Nanoseconds(count: .max) > now)
        #expect(Nanoseconds(count: 1).wholeMilliseconds == 1)
        #expect(Nanoseconds.milliseconds(20).wholeMilliseconds == 20)
        #expect(Nanoseconds(count: .max).wholeMilliseconds == .max)
        #expect(Nanoseconds.zero.wholeMilliseconds == 0)
    }
}
