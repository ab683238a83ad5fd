import Foundation
import ModuleProtocol
import NIOCore
import Testing

@testable import ModuleStore

@Suite("Reported changes")
struct ChangeTests {
    @Test("with the same bytes are none, whether the file was loaded or only seen")
    func sameBytes() async throws {
        let site = try StoreFixture()
        try site.folder.write("loaded.mjs", "1")
        try site.folder.write("seen.mjs", "1")
        try site.folder.age("seen.mjs")
        try await settle(site, ["seen.mjs"])
        site.store.indexTree()
        let module = try await site.load("loaded.mjs", form: .response)
        for name in ["loaded.mjs", "seen.mjs"] {
            try site.folder.write(name, "1")
            #expect(site.apply(name) == .unchanged)
            try site.folder.replace(name, "1")
            #expect(site.apply(name) == .unchanged)
        }
        #expect(site.store.cached(raw: "loaded.mjs", form: .response) === module)
    }

    @Test("are told once, with the new hash, and the module is there at once")
    func changed() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        _ = try await site.load("a.mjs")
        try site.folder.write("a.mjs", "2")
        #expect(site.apply("a.mjs") == (try site.changed("a.mjs", "2")))
        #expect(site.apply("a.mjs") == .unchanged)
        let module = try #require(site.store.cached(raw: "a.mjs"))
        #expect(String(buffer: module.content) == "2")
        #expect(module.hash == hash("2"))
    }

    @Test("of files saved by renaming are changes")
    func renamedOver() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        _ = try await site.load("a.mjs")
        try site.folder.replace("a.mjs", "2")
        #expect(site.apply("a.mjs", isCreated: true) == (try site.changed("a.mjs", "2")))
        // The temporary file came and went.
        #expect(site.apply("a.mjs.new", isCreated: true) == .unchanged)
        #expect(site.apply("a.mjs.new", acceptsEmpty: true) == .unchanged)
    }

    @Test("that remove a file are believed only after retries")
    func removed() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        _ = try await site.load("a.mjs")
        try site.folder.remove("a.mjs")
        #expect(site.apply("a.mjs") == .unstable)
        #expect(site.apply("a.mjs", acceptsEmpty: true) == (try site.changed("a.mjs", nil, .removed)))
        #expect(site.apply("a.mjs", acceptsEmpty: true) == .unchanged)
        #expect(site.store.cached(raw: "a.mjs") == nil)
        #expect(try await site.failure("a.mjs").code == .notFound)

        try site.folder.write("a.mjs", "1")
        #expect(site.apply("a.mjs", isCreated: true) == (try site.changed("a.mjs", "1", .added)))
        #expect(try await site.text("a.mjs") == "1")
    }

    @Test("that remove a file and write it anew are one change, or none")
    func recreated() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        _ = try await site.load("a.mjs")
        try site.folder.remove("a.mjs")
        #expect(site.apply("a.mjs") == .unstable)
        try site.folder.write("a.mjs", "1")
        #expect(site.apply("a.mjs") == .unchanged)
        try site.folder.remove("a.mjs")
        #expect(site.apply("a.mjs") == .unstable)
        try site.folder.write("a.mjs", "2")
        #expect(site.apply("a.mjs", isCreated: true) == (try site.changed("a.mjs", "2")))
    }

    @Test("that empty a file are believed only after retries")
    func emptied() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        _ = try await site.load("a.mjs")
        try site.folder.write("a.mjs", "")
        #expect(site.apply("a.mjs") == .unstable)
        #expect(String(buffer: try #require(site.store.cached(raw: "a.mjs")).content) == "1")
        try site.folder.write("a.mjs", "2")
        #expect(site.apply("a.mjs") == (try site.changed("a.mjs", "2")))
        try site.folder.write("a.mjs", "")
        #expect(site.apply("a.mjs", acceptsEmpty: true) == (try site.changed("a.mjs", "")))
        #expect(site.apply("a.mjs") == .unchanged)
        try site.folder.write("b.mjs", "")
        #expect(site.apply("b.mjs", isCreated: true) == .unstable)
        #expect(
            site.apply("b.mjs", isCreated: true, acceptsEmpty: true)
                == (try site.changed("b.mjs", "", .added)))
    }

    @Test("of new files are additions")
    func added() async throws {
        let site = try StoreFixture()
        site.store.indexTree()
        try site.folder.write("lib/new.mjs", "1")
        #expect(site.apply("lib/new.mjs", isCreated: true) == (try site.changed("lib/new.mjs", "1", .added)))
        #expect(site.apply("lib/new.mjs") == .unchanged)
    }

    @Test("of files that nobody may have are nobody's business")
    func hidden() async throws {
        let site = try StoreFixture()
        for name in [".env", "server.key", ".git/index", "lib/.a.mjs.swp"] {
            try site.folder.write(name, "1")
            #expect(site.apply(name, isCreated: true, acceptsEmpty: true) == .unchanged)
        }
        let elsewhere = try TemporaryFolder()
        try elsewhere.write("a.mjs", "1")
        #expect(site.store.apply(canonicalPath: elsewhere.path + "/a.mjs", acceptsEmpty: true) == .unchanged)
    }

    @Test("are told for every path that the file was loaded under")
    func aliases() async throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("lib")
        let site = try StoreFixture(folder, mounts: [("/m", folder.path + "/lib")])
        try site.folder.write("lib/a.mjs", "1")
        try site.folder.link("link.mjs", to: "lib/a.mjs")
        for raw in ["lib/a.mjs?v=1", "link.mjs"] { _ = try await site.load(raw) }
        try site.folder.write("lib/a.mjs", "2")
        #expect(
            site.apply("lib/a.mjs")
                == .changed([
                    try site.change("lib/a.mjs", "2"), try site.change("lib/a.mjs?v=1", "2"),
                    try site.change("link.mjs", "2"), try site.change("m/a.mjs", "2"),
                ]))
        for raw in ["lib/a.mjs?v=1", "link.mjs"] {
            #expect(String(buffer: try #require(site.store.cached(raw: raw)).content) == "2")
        }
    }

    @Test("of a symbolic link change the modules behind it")
    func retargeted() async throws {
        let site = try StoreFixture()
        try site.folder.write("v1/a.mjs", "1")
        try site.folder.write("v1/same.mjs", "same")
        try site.folder.write("v2/a.mjs", "2")
        try site.folder.write("v2/same.mjs", "same")
        try site.folder.link("current", to: "v1")
        for raw in ["current/a.mjs", "current/same.mjs"] { _ = try await site.load(raw) }
        try site.folder.remove("current")
        try site.folder.link("current", to: "v2")
        #expect(site.apply("current", isCreated: true) == (try site.changed("current/a.mjs", "2")))
        #expect(try await site.text("current/a.mjs") == "2")
        #expect(try await site.load("current/same.mjs").canonicalFile == site.folder.path + "/v2/same.mjs")
        try site.folder.remove("current")
        _ = site.apply("current")
        #expect(site.store.cached(raw: "current/a.mjs") == nil)
    }

    @Test("of a file that took a link's place change the module")
    func linkReplaced() async throws {
        let site = try StoreFixture()
        try site.folder.write("v1.mjs", "1")
        try site.folder.link("a.mjs", to: "v1.mjs")
        _ = try await site.load("a.mjs")
        try site.folder.replace("a.mjs", "2")
        #expect(site.apply("a.mjs", isCreated: true) == (try site.changed("a.mjs", "2")))
        #expect(try await site.text("a.mjs") == "2")
        #expect(try await site.load("a.mjs").canonicalFile == site.folder.path + "/a.mjs")
    }

    @Test("of a folder concern the files in it")
    func folders() async throws {
        let site = try StoreFixture()
        try site.folder.write("lib/a.mjs", "1")
        try site.folder.write("lib/x/b.mjs", "1")
        try site.folder.write("library.mjs", "1")
        for raw in ["lib/a.mjs", "lib/x/b.mjs", "library.mjs"] { _ = try await site.load(raw) }
        #expect(rename(site.folder.path + "/lib", site.folder.path + "/moved") == 0)
        let folder = site.folder.path + "/lib"
        #expect(site.store.apply(canonicalPath: folder, isDirectory: true, acceptsEmpty: false) == .unstable)
        guard
            case .changed(let changes) = site.store.apply(
                canonicalPath: folder, isDirectory: true, acceptsEmpty: true)
        else {
            Issue.record("nothing changed")
            return
        }
        #expect(
            Set(changes.map(\.path.string)) == ["lib/a.mjs", "lib/x/b.mjs"]
                && changes.allSatisfy { $0.kind == .removed })
        #expect(site.store.cached(raw: "library.mjs") != nil)
    }

    @Test("take a file that has grown too large for removed")
    func tooLarge() async throws {
        let site = try StoreFixture(limits: ProtocolLimits(moduleBytes: 4))
        try site.folder.write("a.mjs", "1")
        _ = try await site.load("a.mjs")
        try site.folder.write("a.mjs", "12345")
        #expect(site.apply("a.mjs") == (try site.changed("a.mjs", nil, .removed)))
        #expect(site.apply("a.mjs") == .unchanged)
    }

    @Test("that were lost are found by a rescan")
    func rescan() async throws {
        let site = try StoreFixture()
        for name in ["same.mjs", "changed.mjs", "removed.mjs", "loaded.mjs", "touched.mjs"] {
            try site.folder.write(name, "1")
            try site.folder.age(name)
        }
        try await settle(site, ["same.mjs", "touched.mjs"])
        site.store.indexTree()
        _ = try await site.load("loaded.mjs")
        #expect(site.store.rescan() == [])
        try site.folder.write("changed.mjs", "2")
        try site.folder.remove("removed.mjs")
        try site.folder.write("loaded.mjs", "2")
        try site.folder.write("touched.mjs", "1")
        try site.folder.write("new/a.mjs", "1")
        try site.folder.write("ignored/a.mjs", "1")
        let changes = site.store.rescan().sorted { $0.path < $1.path }
        #expect(
            changes == [
                try site.change("changed.mjs", "2"), try site.change("loaded.mjs", "2"),
                try site.change("new/a.mjs", "1", .added), try site.change("removed.mjs", nil, .removed),
            ])
        #expect(site.store.rescan() == [])
        #expect(try await site.text("loaded.mjs") == "2")
    }

    @Test(
        "that go back to the announced bytes are told when somebody was given others",
        arguments: [0, 1 << 20])
    func thereAndBack(cacheBytes: Int) async throws {
        let site = try StoreFixture(cacheBytes: cacheBytes, watches: false)
        try site.folder.write("a.mjs", "1")
        _ = try await site.load("a.mjs")
        try site.folder.write("a.mjs", "2")
        #expect(try await site.text("a.mjs") == "2")
        try site.folder.write("a.mjs", "1")
        #expect(site.apply("a.mjs") == (try site.changed("a.mjs", "1")))
        #expect(site.apply("a.mjs") == .unchanged)
    }

    /// The baseline leaves out what was saved just before it is taken.
    private func settle(_ site: StoreFixture, _ names: [String]) async throws {
        try await eventually {
            names.allSatisfy { name in
                FileKind.ofPath(site.folder.path + "/" + name)
                    .map { !$0.signature.isYounger(than: StoreLimits.timestampTickNanoseconds * 3) } ?? false
            }
        }
    }
}
