import Testing

@testable import ModuleGraph

@Suite("Import maps that are merged")
struct MergingTests {
    static func map(_ json: String, base: String = "/index.html") throws -> ImportMap {
        try ImportMap(json: json.utf8, base: #require(SiteURL(parsing: base)))
    }

    @Test("keep the rules that were there")
    func existingRulesWin() throws {
        var map = try Self.map(
            """
            {"imports": {"a": "/a-old.js", "n": null, "./u.js": "/u-old.js", "p/": "/p-old/"},
             "scopes": {"/s/": {"a": "/as-old.js"}}}
            """)
        map.merge(
            try Self.map(
                """
                {"imports": {"a": "/a-new.js", "n": "/n-new.js", "b": "/b-new.js", "../u.js": "/u-new.js",
                  "p/x": "/px-new.js"},
                 "scopes": {"/s/": {"a": "/as-new.js", "b": "/bs-new.js"}, "/t/": {"a": "/at-new.js"}}}
                """, base: "/pages/index.html"))
        let resolve = Resolving(map)
        #expect(try resolve("a") == "mapped a-old.js")
        #expect(try resolve("n") == "blocked")
        #expect(try resolve("b") == "mapped b-new.js")
        #expect(try resolve("/u.js") == "mapped u-old.js")
        #expect(try resolve("p/x") == "mapped px-new.js")
        #expect(try resolve("p/y") == "mapped p-old/y")
        #expect(try resolve("a", from: "s/x.js") == "mapped as-old.js")
        #expect(try resolve("b", from: "s/x.js") == "mapped bs-new.js")
        #expect(try resolve("a", from: "t/x.js") == "mapped at-new.js")
    }

    @Test("see keys as equal that only the site's authority tells apart")
    func authorities() throws {
        var map = try Self.map(
            """
            {"imports": {"/u.js": "/first.js", "http://localhost:8080/u.js": "/last.js"},
             "scopes": {"https://app.test/s/": {"a": "/a-old.js"}}}
            """)
        // Within one map the later of two spellings counts.
        #expect(try Resolving(map)("/u.js") == "mapped last.js")
        map.merge(
            try Self.map(
                """
                {"imports": {"https://app.test/u.js": "/newer.js"},
                 "scopes": {"/s/": {"a": "/a-new.js", "b": "/b-new.js"}}}
                """))
        #expect(try Resolving(map)("/u.js") == "mapped last.js")
        #expect(try Resolving(map)("a", from: "s/x.js") == "mapped a-old.js")
        #expect(try Resolving(map)("b", from: "s/x.js") == "mapped b-new.js")
    }

    @Test("are empty together when each is")
    func empty() throws {
        var map = ImportMap.empty
        #expect(map.isEmpty)
        map.merge(try Self.map(#"{"imports": {}, "scopes": {}, "integrity": {}}"#))
        #expect(map.isEmpty)
        #expect(map == .empty)
        map.merge(try Self.map(#"{"imports": {"a": null}}"#))
        #expect(!map.isEmpty)
        #expect(map.ruleCount == 1)
    }
}
