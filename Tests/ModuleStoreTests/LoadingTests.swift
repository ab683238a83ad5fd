import Foundation
import ModuleProtocol
import NIOCore
import Synchronization
import Testing

@testable import ModuleStore

@Suite("Loading modules")
struct LoadingTests {
    @Test("gives content, hash and type")
    func plain() async throws {
        let site = try StoreFixture()
        try site.folder.write("lib/a.mjs", "export default 1\n")
        let module = try await site.load("/lib/a.mjs")
        #expect(module.path.string == "lib/a.mjs")
        #expect(String(buffer: module.content) == "export default 1\n")
        #expect(module.hash == hash("export default 1\n"))
        #expect(module.contentType == "text/javascript")
        #expect(module.source == .disk)
        #expect(module.isText)
        #expect(module.canonicalFile == site.folder.path + "/lib/a.mjs")
        #expect(site.watcher.paths == [site.folder.path + "/lib/a.mjs"])
    }

    @Test("hashes with SHA-256")
    func knownHashes() {
        #expect(hash("") == "e3b0c44298fc1c14")
        #expect(hash("abc") == "ba7816bf8f01cfea")
    }

    @Test("keeps a watched file's module at hand, by its normalised path")
    func cached() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        #expect(site.store.cached(raw: "a.mjs") == nil)
        let module = try await site.load("a.mjs")
        #expect(site.store.cached(raw: "a.mjs") === module)
        #expect(site.store.cached(try site.path("/a.mjs")) === module)
        #expect(site.store.cached(raw: "/a.mjs") == nil)
        #expect(site.store.cached(raw: "a.mjs?x") == nil)
        #expect(try await site.load("a.mjs") === module)
    }

    @Test("hands a frame out only when it is there")
    func forms() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "export default 1")
        _ = try await site.load("a.mjs")
        #expect(site.store.cached(raw: "a.mjs", form: .response) == nil)
        let module = try await site.load("a.mjs", form: .response)
        #expect(site.store.cached(raw: "a.mjs", form: .response) === module)
        #expect(site.store.cached(raw: "a.mjs", form: .pack) == nil)
        _ = try await site.load("a.mjs", form: .pack)
        #expect(site.store.cached(raw: "a.mjs", form: .pack) === module)
    }

    @Test("looks at a file that nobody watches every time")
    func unwatched() async throws {
        let site = try StoreFixture(watches: false)
        try site.folder.write("a.mjs", "1")
        try site.folder.age("a.mjs")
        let first = try await site.load("a.mjs")
        #expect(site.store.cached(raw: "a.mjs") == nil)
        #expect(try await site.load("a.mjs") === first)
        try site.folder.write("a.mjs", "2")
        #expect(try await site.text("a.mjs") == "2")
        // The same size, and times set back: the inode's change time tells.
        try site.folder.write("a.mjs", "3")
        try site.folder.age("a.mjs")
        #expect(try await site.text("a.mjs") == "3")
        try site.folder.replace("a.mjs", "4")
        #expect(try await site.text("a.mjs") == "4")
        try site.folder.remove("a.mjs")
        #expect(try await site.failure("a.mjs").code == .notFound)
    }

    @Test("says where it looked")
    func notFound() async throws {
        let mount = try TemporaryFolder()
        let site = try StoreFixture(mounts: [("/lib", mount.path)])
        try site.folder.makeFolder("folder")
        var error = try await site.failure("x/y.mjs")
        #expect(error.code == .notFound)
        #expect(error.path == "x/y.mjs")
        #expect(error.message.contains("\"x/y.mjs\"") && error.message.contains("root folder"))
        #expect(error.message.contains("--root"))
        error = try await site.failure("lib/y.mjs")
        #expect(error.message.contains("/lib") && !error.message.contains(mount.path))
        error = try await site.failure("folder")
        #expect(error.code == .notFound)
        #expect(error.message.contains("is a folder"))
        #expect(!error.message.contains(site.folder.path))
    }

    @Test("refuses what is too large, and what may not be had")
    func refusals() async throws {
        let site = try StoreFixture(limits: ProtocolLimits(moduleBytes: 10))
        try site.folder.write("ten.mjs", "0123456789")
        try site.folder.write("eleven.mjs", "01234567890")
        try site.folder.write(".env", "x")
        mkfifo(site.folder.path + "/pipe.mjs", 0o600)
        #expect(try await site.text("ten.mjs") == "0123456789")
        #expect(try await site.failure("eleven.mjs").code == .tooLarge)
        #expect(try await site.failure(".env").code == .forbidden)
        #expect(try await site.failure("pipe.mjs").code == .forbidden)
    }

    @Test("sends as text only what is text")
    func notText() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.wasm", [0, 0x61, 0x73, 0x6D])
        try site.folder.write("bad.mjs", [0x61, 0xFF])
        try site.folder.write("a.png", [0x89, 0x50])
        try site.folder.write("text.png", "text")
        for name in ["a.wasm", "bad.mjs", "a.png", "text.png"] {
            let error = try await site.failure(name, form: .response)
            #expect(error.code == .notText, "\(name)")
            #expect(error.message.contains("binary"))
            let module = try await site.load(name, form: .pack)
            let message = try module.message(.pack, id: nil)
            #expect(message.kind == .binary)
        }
        for name in ["a.json", "a.css", "a.txt", "a.html", "a.md", "a.ts"] {
            try site.folder.write(name, "{}")
            _ = try await site.load(name, form: .response)
        }
    }

    @Test("reads a file once for many who ask at once")
    func singleFlight() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        let gate = DispatchSemaphore(value: 0)
        let counter = Counter()
        site.watcher.whenWatched { _ in
            counter.add()
            gate.wait()
        }
        let path = try site.path("a.mjs")
        let futures = (0..<50).map { _ in site.store.load(path, form: .response, on: site.eventLoop) }
        gate.signal()
        let modules = try await EventLoopFuture.whenAllSucceed(futures, on: site.eventLoop).get()
        #expect(modules.allSatisfy { $0 === modules[0] })
        #expect(counter.value == 1)
    }

    @Test("gives everybody the error when many ask at once")
    func sharedFailure() async throws {
        let site = try StoreFixture()
        let path = try site.path("none.mjs")
        let futures = (0..<20).map { _ in site.store.load(path, on: site.eventLoop) }
        for result in try await EventLoopFuture.whenAllComplete(futures, on: site.eventLoop).get() {
            #expect(throws: ModuleError.self) { try result.get() }
        }
    }

    @Test("tells a module's hash, and that it is gone")
    func hashes() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        #expect(try await site.store.hash(of: site.path("a.mjs"), on: site.eventLoop).get() == hash("1"))
        #expect(try await site.store.hash(of: site.path("b.mjs"), on: site.eventLoop).get() == nil)
        await #expect(throws: ModuleError.self) {
            try await site.store.hash(of: site.path(".env"), on: site.eventLoop).get()
        }
    }

    @Test("stays within its memory, and drops what was not used for longest")
    func bounded() async throws {
        let content = String(repeating: "x", count: 10_000)
        let site = try StoreFixture(cacheBytes: 50_000)
        for number in 0..<20 { try site.folder.write("\(number).mjs", content) }
        for number in 0..<20 {
            _ = try await site.load("\(number).mjs")
            // Used again and again, so never the oldest.
            _ = try await site.load("0.mjs")
            #expect(site.store.cachedBytes <= 50_000)
        }
        #expect(site.store.cachedCount == 4)
        #expect(site.store.cached(raw: "0.mjs") != nil)
        #expect(site.store.cached(raw: "19.mjs") != nil)
        #expect(site.store.cached(raw: "1.mjs") == nil)

        // A text frame costs as much as its content, and may push others out; a pack shares the content.
        _ = try await site.load("19.mjs", form: .response)
        _ = try await site.load("19.mjs", form: .pack)
        #expect(site.store.cachedBytes <= 50_000)
        #expect(site.store.cachedCount == 3)

        try site.folder.write("huge.mjs", String(repeating: "x", count: 60_000))
        #expect(try await site.load("huge.mjs").size == 60_000)
        #expect(site.store.cached(raw: "huge.mjs") == nil)
        #expect(site.store.cachedBytes <= 50_000)
    }

    @Test("follows a root that is a symbolic link")
    func linkedRoot() async throws {
        let folder = try TemporaryFolder()
        try folder.write("site/a.mjs", "1")
        try folder.link("link", to: "site")
        let site = try StoreFixture(folder, root: folder.path + "/link")
        #expect(try await site.text("a.mjs") == "1")
        #expect(site.store.folders == [folder.path + "/site"])
    }

    @Test("prefers the mount with the longest prefix")
    func mounts() async throws {
        let other = try TemporaryFolder()
        try other.write("short/a.mjs", "short")
        try other.write("long/a.mjs", "long")
        let site = try StoreFixture(mounts: [
            ("/lib", other.path + "/short"), ("/lib/deep", other.path + "/long"),
        ])
        try site.folder.write("lib/b.mjs", "hidden by the mount")
        try site.folder.write("a.mjs", "root")
        #expect(try await site.text("lib/a.mjs") == "short")
        #expect(try await site.text("lib/deep/a.mjs") == "long")
        #expect(try await site.text("a.mjs") == "root")
        #expect(try await site.failure("lib/b.mjs").code == .notFound)
        #expect(Set(site.store.folders) == [site.folder.path, other.path + "/short", other.path + "/long"])
    }
}

final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    func add(_ more: Int = 1) { count.add(more, ordering: .sequentiallyConsistent) }
}
