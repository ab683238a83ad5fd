import ModuleProtocol
import NIOCore
import Testing

@testable import ModuleStore

@Suite("Saves around the start")
struct StartTests {
    /// A site whose one module is older than the watch.
    private func makeSite() async throws -> StoreFixture {
        let site = try StoreFixture()
        let file = try site.folder.write("a.mjs", "1")
        try await beginWatching(site, after: file)
        return site
    }

    /// The watch begins later than a file was written, by the clock that stamps files.
    private func beginWatching(_ site: StoreFixture, after file: String) async throws {
        try await eventually {
            FileKind.ofPath(file).map { $0.signature.changed < FileSignature.stampClock } ?? false
        }
        site.store.watchingBegins()
    }

    @Test("are told to all, although somebody asked for the module before the report")
    func askedBeforeReport() async throws {
        let site = try await makeSite()
        try site.folder.write("a.mjs", "2")
        try site.folder.write("new.mjs", "1")
        #expect(try await site.text("a.mjs") == "2")
        #expect(try await site.text("new.mjs") == "1")
        site.store.indexTree()
        #expect(site.apply("a.mjs") == (try site.changed("a.mjs", "2")))
        #expect(site.apply("a.mjs") == .unchanged)
        #expect(site.apply("new.mjs", isCreated: true) == (try site.changed("new.mjs", "1", .added)))
    }

    @Test("are told to all, although what was read first was thrown away because of other saves")
    func readTwice() async throws {
        let site = try await makeSite()
        try site.folder.write("a.mjs", "2")
        let reads = Counter()
        site.store.hooks.withLockedValue { hooks in
            hooks.didRead = { [folder = site.folder, weak store = site.store] _ in
                guard reads.value == 0 else { return }
                reads.add()
                _ = store?.apply(canonicalPath: folder.path + "/other.mjs", acceptsEmpty: false)
            }
        }
        #expect(try await site.text("a.mjs") == "2")
        #expect(site.apply("a.mjs") == (try site.changed("a.mjs", "2")))
    }

    @Test("that overtake one another are told as the last of them")
    func overtaken() async throws {
        let site = try await makeSite()
        #expect(try await site.text("a.mjs") == "1")
        try site.folder.write("a.mjs", "2")
        guard case .changed(let first) = site.apply("a.mjs") else { throw Unexpected("no change") }
        #expect(first.compactMap(site.store.stillHolding) == first)
        try site.folder.write("a.mjs", "3")
        guard case .changed(let second) = site.apply("a.mjs") else { throw Unexpected("no change") }
        #expect(first.compactMap(site.store.stillHolding) == [])
        #expect(second.compactMap(site.store.stillHolding) == second)
        try site.folder.remove("a.mjs")
        guard case .changed(let third) = site.apply("a.mjs", acceptsEmpty: true) else {
            throw Unexpected("no change")
        }
        #expect(second.compactMap(site.store.stillHolding) == [])
        #expect(third.compactMap(site.store.stillHolding) == third)
        try site.folder.write("b.mjs", "1")
        guard case .changed(let added) = site.apply("b.mjs", isCreated: true) else {
            throw Unexpected("no change")
        }
        try site.folder.write("b.mjs", "2")
        _ = site.apply("b.mjs")
        // That it is new must not be lost.
        #expect(added.compactMap(site.store.stillHolding) == [try site.change("b.mjs", "2", .added)])
    }

    @Test("are told, although the baseline met the new bytes")
    func savedBeforeBaseline() async throws {
        let site = try await makeSite()
        try site.folder.write("a.mjs", "2")
        site.store.indexTree()
        #expect(site.apply("a.mjs") == (try site.changed("a.mjs", "2")))
        #expect(site.apply("a.mjs") == .unchanged)
    }

    @Test("are told, although they come between the baseline's look at a file and its reading")
    func savedDuringBaseline() async throws {
        let site = try await makeSite()
        // Takes the place of the file's first look: what is ignored is asked right behind it.
        site.store.observe(
            watch: { _ in true },
            isIgnored: { [folder = site.folder] path, _ in
                if path.hasSuffix("/a.mjs") { try? folder.replace("a.mjs", "2") }
                return false
            })
        site.store.indexTree()
        #expect(site.apply("a.mjs") == (try site.changed("a.mjs", "2")))
    }

    @Test("whose report is lost are found by a rescan, each as what it is")
    func lostReports() async throws {
        let site = try await makeSite()
        try site.folder.write("a.mjs", "2")
        try site.folder.write("asked.mjs", "1")
        #expect(try await site.text("asked.mjs") == "1")
        site.store.indexTree()
        try site.folder.write("new.mjs", "1")
        let changes = site.store.rescan().sorted { $0.path < $1.path }
        #expect(
            changes == [
                try site.change("a.mjs", "2"), try site.change("asked.mjs", "1"),
                try site.change("new.mjs", "1", .added),
            ])
        #expect(site.store.rescan() == [])
    }

    @Test("of files that are too large for the baseline do not hide new files from a rescan")
    func largeFiles() async throws {
        let site = try StoreFixture()
        let large = [UInt8](repeating: UInt8(ascii: "x"), count: StoreLimits.indexedFileBytes + 1)
        for name in ["large.mjs", "other.mjs"] { try site.folder.write(name, large) }
        let file = site.folder.path + "/other.mjs"
        try await beginWatching(site, after: file)
        site.store.indexTree()
        try site.folder.write("new.mjs", "1")
        try site.folder.write("other.mjs", "2")
        let changes = site.store.rescan().sorted { $0.path < $1.path }
        #expect(
            changes == [try site.change("new.mjs", "1", .added), try site.change("other.mjs", "2")])
        #expect(site.store.rescan() == [])
    }

    @Test("of the same bytes are none, once the file is known")
    func sameBytes() async throws {
        let site = try await makeSite()
        #expect(try await site.text("a.mjs") == "1")
        try site.folder.write("a.mjs", "1")
        #expect(site.apply("a.mjs") == .unchanged)
    }
}
