import Foundation
import ModuleProtocol
import NIOCore
import Testing

@testable import ModuleStore

@Suite("Lists")
struct ListTests {
    private func list(
        _ site: StoreFixture, prefix: String? = nil, limit: Int? = nil
    ) async throws -> (paths: [String], truncated: Bool) {
        let (modules, truncated) = try await site.store.list(prefix: prefix, limit: limit, on: site.eventLoop)
            .get()
        return (modules.map(\.path.string), truncated)
    }

    private func makeSite() async throws -> StoreFixture {
        let site = try StoreFixture()
        for name in [
            "a.mjs", "lib/b.mjs", "lib/c.json", "lib/d.png", "library.css", "ignored/e.mjs", ".env", "x.key",
            ".git/f.mjs", "100%.mjs", "é.mjs",
        ] {
            try site.folder.write(name, name)
            try site.folder.age(name)
        }
        try site.folder.link("loop", to: ".")
        try site.folder.link("link.mjs", to: "a.mjs")
        try await eventually {
            FileKind.ofPath(site.folder.path + "/é.mjs")
                .map { !$0.signature.isYounger(than: StoreLimits.timestampTickNanoseconds * 3) } ?? false
        }
        return site
    }

    @Test("hold every module of the tree, sorted, with hash and size")
    func everything() async throws {
        let site = try await makeSite()
        site.store.indexTree()
        let all = ["100%25.mjs", "a.mjs", "lib/b.mjs", "lib/c.json", "library.css", "é.mjs"]
        #expect(try await list(site) == (all, false))
        let (modules, _) = try await site.store.list(prefix: "a.mjs", limit: nil, on: site.eventLoop).get()
        #expect(modules == [ModuleListing(path: try site.path("a.mjs"), hash: hash("a.mjs"), size: 5)])
    }

    @Test("can be narrowed and cut")
    func narrowed() async throws {
        let site = try await makeSite()
        site.store.indexTree()
        #expect(try await list(site, prefix: "lib/") == (["lib/b.mjs", "lib/c.json"], false))
        #expect(try await list(site, prefix: "/lib") == (["lib/b.mjs", "lib/c.json", "library.css"], false))
        #expect(try await list(site, prefix: "lib/", limit: 1) == (["lib/b.mjs"], true))
        #expect(try await list(site, limit: 0) == ([], true))
        #expect(try await list(site, prefix: "../") == ([], false))
    }

    @Test("hold what was loaded, even from ignored folders")
    func loaded() async throws {
        let site = try await makeSite()
        #expect(try await list(site).paths == [])
        _ = try await site.load("ignored/e.mjs")
        #expect(try await list(site).paths == ["ignored/e.mjs"])
    }

    @Test("wait for the baseline that is being taken")
    func waits() async throws {
        let site = try await makeSite()
        let gate = DispatchSemaphore(value: 0)
        let counter = Counter()
        site.store.observe(
            watch: { _ in true },
            isIgnored: { _, _ in
                if counter.value == 0 {
                    counter.add()
                    gate.wait()
                }
                return false
            })
        let store = site.store
        Thread.detachNewThread { store.indexTree() }
        try await eventually { counter.value == 1 }
        async let paths = list(site).paths
        gate.signal()
        #expect(try await paths.count == 7)
    }
}
