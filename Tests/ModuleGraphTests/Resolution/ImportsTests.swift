import Testing

@testable import ModuleGraph

@Suite("The imports of an import map")
struct ImportsTests {
    @Test(
        "lead bare specifiers to modules",
        arguments: [
            ("lit", "mapped vendor/lit.js"),
            ("lit/", "mapped vendor/lit/"),
            ("lit/html.js", "mapped vendor/lit/html.js"),
            ("lit/html.js?v=1", "mapped vendor/lit/html.js?v=1"),
            ("lit/html.js#x", "fragment vendor/lit/html.js"),
            ("lit/static/x.js", "mapped vendor/static/x.js"),
            ("lit/static", "mapped vendor/lit/static"),
            ("lit-html", "bare"),
            ("Lit", "bare"),
            ("lit?v=1", "bare"),
            ("", "bare"),
            ("relative", "mapped pages/relative.js"),
            ("above", "mapped above.js"),
            ("absolute", "mapped abs.js"),
            ("query", "mapped q.js?x=1&y"),
            ("fragment", "fragment f.js"),
            ("cdn", "external"),
            ("cdn/x.js", "external"),
            ("inline", "external"),
            ("node:fs", "mapped shims/fs.js"),
            ("node:path", "external"),
            ("\u{E9}", "mapped e-acute.js"),
            ("e\u{301}", "bare"),
            (".", "mapped dot.js"),
            ("@scope/name", "mapped s/name.js"),
            ("@scope/name/x.js", "bare"),
            ("folder", "mapped vendor/"),
        ])
    func mapsBare(specifier: String, expected: String) throws {
        let resolve = try Resolving(
            """
            {"imports": {
              "lit": "/vendor/lit.js", "lit/": "/vendor/lit/", "lit/static/": "/vendor/static/",
              "relative": "./relative.js", "above": "../above.js",
              "absolute": "http://localhost:8080/abs.js", "query": "/q.js?x=1&y", "fragment": "/f.js#part",
              "cdn": "https://cdn.test/x.js", "cdn/": "https://cdn.test/", "inline": "data:text/javascript,0",
              "node:fs": "/shims/fs.js", "\u{E9}": "/e-acute.js", ".": "/dot.js",
              "@scope/name": "/s/name.js", "folder": "/vendor/"
            }}
            """, base: "/pages/index.html")
        #expect(try resolve(specifier) == expected)
    }

    @Test(
        "lead URLs elsewhere, in whatever spelling",
        arguments: [
            ("/app/a.js", "mapped new/a.js"),
            ("./a.js", "mapped new/a.js"),
            ("./x/../a.js", "mapped new/a.js"),
            ("http://localhost:8080/app/a.js", "mapped new/a.js"),
            ("https://app.test/app/a.js", "mapped new/a.js"),
            ("//app.test/app/a.js", "mapped new/a.js"),
            ("./a.js?v", "app/a.js?v"),
            ("./a.js#", "fragment app/a.js"),
            ("./%61.js", "app/a.js"),
            ("./b.js", "app/b.js"),
            ("/old/b.js", "mapped new/b.js"),
            ("/old/x/../b.js", "mapped new/b.js"),
            ("/old/", "mapped new/"),
            ("/old", "old"),
            ("https://cdn.test/lib.js", "mapped local/lib.js"),
            ("HTTPS://CDN.TEST:443/lib.js", "mapped local/lib.js"),
            ("https://cdn.test/other.js", "external"),
            ("https://pkg.test/v2/x.js", "mapped local/v2/x.js"),
            ("//pkg.test/v2/x.js", "mapped local/v2/x.js"),
            ("/q.js?v=1", "mapped new/q.js"),
            ("/q.js", "q.js"),
            ("/mapped%20name.js", "mapped new/name.js"),
            ("/mapped name.js", "mapped new/name.js"),
            ("custom:a", "mapped new/custom.js"),
            ("custom:b/x", "external"),
        ])
    func mapsURLs(specifier: String, expected: String) throws {
        let resolve = try Resolving(
            """
            {"imports": {
              "/app/a.js": "/new/a.js", "/old/": "/new/", "https://cdn.test/lib.js": "/local/lib.js",
              "https://pkg.test/": "/local/", "./q.js?v=1": "/new/q.js", "/mapped name.js": "/new/name.js",
              "custom:a": "/new/custom.js", "custom:b/": "/new/custom/"
            }}
            """)
        #expect(try resolve(specifier) == expected)
    }

    @Test(
        "block what they map to nothing, without falling back to shorter keys",
        arguments: [
            ("null", "blocked"), ("number", "blocked"), ("object", "blocked"), ("no-url", "blocked"),
            ("bad-url", "blocked"), ("a/", "blocked"), ("a/x.js", "blocked"), ("a/b/x.js", "mapped b/x.js"),
            ("a/b/c/x.js", "blocked"), ("a/b/c", "mapped b/c"), ("slashless/", "blocked"),
            ("slashless/x.js", "blocked"), ("half", "blocked"), ("/blocked.js", "blocked"),
            ("../blocked.js", "blocked"), ("unnameable", "blocked"),
        ])
    func blocks(specifier: String, expected: String) throws {
        let resolve = try Resolving(
            #"""
            {"imports": {
              "null": null, "number": 1, "object": {"x": "/x.js"}, "no-url": "x.js", "bad-url": "https://",
              "a/": null, "a/b/": "/b/", "a/b/c/": null, "slashless/": "/x", "half": "/\ud800.js",
              "/blocked.js": null, "unnameable": "/%00.js"
            }}
            """#)
        #expect(try resolve(specifier) == expected)
    }

    @Test(
        "let nothing climb out of a prefix rule's target",
        arguments: [
            ("p/x.js", "mapped target/x.js"), ("p/./x.js", "mapped target/x.js"),
            ("p/a/../x.js", "mapped target/x.js"), ("p/../x.js", "blocked"), ("p/..", "blocked"),
            ("p/../target/x.js", "mapped target/x.js"), ("p/%2e%2e/x.js", "blocked"), ("p//x.js", "blocked"),
            ("p/\\x.js", "blocked"), ("p/https://cdn.test/", "blocked"), ("p/data:,0", "blocked"),
            ("p/http://localhost:8080/target/x.js", "mapped target/x.js"), ("p/?q", "mapped target/?q"),
            ("p/#f", "fragment target/"), ("c/../x.js", "blocked"), ("c/x.js", "external"),
            ("d/x.js", "blocked"), ("q/x.js", "blocked"), ("q/", "mapped target/?a/"),
            ("root//x.js", "mapped x.js"), ("root/../x.js", "mapped x.js"),
        ])
    func backtracking(specifier: String, expected: String) throws {
        let resolve = try Resolving(
            """
            {"imports": {
              "p/": "/target/", "c/": "https://cdn.test/target/", "d/": "data:text/", "q/": "/target/?a/",
              "root/": "/"
            }}
            """)
        #expect(try resolve(specifier) == expected)
    }

    @Test("are looked up once: a target is not mapped again")
    func once() throws {
        let resolve = try Resolving(
            #"{"imports": {"a": "/b.js", "/b.js": "/c.js", "x/": "/y/", "/y/": "/z/"}}"#)
        #expect(try resolve("a") == "mapped b.js")
        #expect(try resolve("/b.js") == "mapped c.js")
        #expect(try resolve("x/1.js") == "mapped y/1.js")
        #expect(try resolve("/a.js", from: "b.js") == "a.js")
    }

    @Test("count a rule that changes nothing as a rule")
    func identity() throws {
        #expect(try Resolving(#"{"imports": {"/a.js": "/a.js"}}"#)("/a.js") == "mapped a.js")
    }

    @Test("do not take for a path what only looks like one")
    func noURL() throws {
        let resolve = try Resolving(#"{"imports": {"/": "/t/"}}"#)
        #expect(try resolve("/x.js") == "mapped t/x.js")
        #expect(try resolve("//") == "bare")
        #expect(try resolve("//a b/x.js") == "bare")
    }

    @Test("resolve their own keys against the document")
    func keysAreRelativeToTheDocument() throws {
        let resolve = try Resolving(
            #"{"imports": {"./a.js": "./b.js", "../c.js": "../d.js", "e.js": "./f.js"}}"#,
            base: "http://localhost:8080/pages/deep/index.html?x=/y/")
        #expect(try resolve("/pages/deep/a.js") == "mapped pages/deep/b.js")
        #expect(try resolve("/pages/c.js") == "mapped pages/d.js")
        #expect(try resolve("./a.js", from: "pages/deep/m.js") == "mapped pages/deep/b.js")
        #expect(try resolve("./a.js", from: "m.js") == "a.js")
        #expect(try resolve("e.js") == "mapped pages/deep/f.js")
    }

    @Test("may be another site's: without authorities of its own, only paths are this site")
    func authorities() throws {
        let map = try ImportMap(
            json: #"{"imports": {"a": "http://localhost:8080/a.js", "b": "/b.js"}}"#.utf8,
            base: #require(SiteURL(parsing: "/")))
        let resolver = SpecifierResolver(importMap: map, siteAuthorities: [])
        let importer = try #require(SiteURL(parsing: "/m.js")?.modulePath)
        #expect(resolver.resolve("a", importer: importer) == .external)
        #expect(resolver.resolve("http://localhost:8080/b.js", importer: importer) == .external)
        let path = try #require(SiteURL(parsing: "/b.js")?.modulePath)
        #expect(resolver.resolve("b", importer: importer) == .module(path, isMapped: true))
    }
}
