import Testing

@testable import ModuleGraph

@Suite("The scopes of an import map")
struct ScopesTests {
    static let json = """
        {
          "imports": {"a": "/a-top.js", "b": "/b-top.js", "n": "/n-top.js", "p/": "/p-top/", "/u.js": "/u-top.js"},
          "scopes": {
            "/one/": {"a": "/a-one.js", "n": null, "p/x/": "/p-one-x/", "only": "/only.js", "/u.js": "/u-one.js"},
            "/one/two/": {"a": "/a-two.js"},
            "/one/main.js": {"a": "/a-main.js"},
            "/one/main": {"b": "/b-never.js"},
            "/q.js?v=1": {"a": "/a-query.js"},
            "./relative/": {"a": "/a-relative.js"},
            "http://localhost:8080/full/": {"a": "/a-full.js"},
            "https://cdn.test/": {"a": "/a-cdn.js"},
            "/sp ace/\u{E9}/": {"a": "/a-space.js"}
          }
        }
        """

    @Test(
        "apply to the modules below them, the most specific first",
        arguments: [
            ("main.js", "a", "mapped a-top.js"),
            ("one/x.js", "a", "mapped a-one.js"),
            ("one/x/y.js?q", "a", "mapped a-one.js"),
            ("one/two/x.js", "a", "mapped a-two.js"),
            ("one/two", "a", "mapped a-one.js"),
            ("one/main.js", "a", "mapped a-main.js"),
            ("one/main.js?v=1", "a", "mapped a-one.js"),
            ("one/main.jsx", "a", "mapped a-one.js"),
            ("one", "a", "mapped a-top.js"),
            ("onetwo/x.js", "a", "mapped a-top.js"),
            ("q.js?v=1", "a", "mapped a-query.js"),
            ("q.js", "a", "mapped a-top.js"),
            ("pages/relative/x.js", "a", "mapped a-relative.js"),
            ("full/x.js", "a", "mapped a-full.js"),
            ("sp ace/\u{E9}/x.js", "a", "mapped a-space.js"),
            // Without a rule of its own, the next wider scope counts, then the imports.
            ("one/two/x.js", "b", "mapped b-top.js"),
            ("one/main.js", "b", "mapped b-top.js"),
            ("one/two/x.js", "only", "mapped only.js"),
            ("main.js", "only", "bare"),
            ("one/two/x.js", "n", "blocked"),
            ("main.js", "n", "mapped n-top.js"),
            // A wider key in a narrower scope wins over a longer key outside.
            ("one/x.js", "p/x/1.js", "mapped p-one-x/1.js"),
            ("one/x.js", "p/y/1.js", "mapped p-top/y/1.js"),
            ("one/x.js", "/u.js", "mapped u-one.js"),
            ("one/x.js", "../u.js", "mapped u-one.js"),
            ("x.js", "./u.js", "mapped u-top.js"),
        ])
    func apply(importer: String, specifier: String, expected: String) throws {
        #expect(try Resolving(Self.json, base: "/pages/index.html")(specifier, from: importer) == expected)
    }

    @Test("with a wide key win over a longer key of the imports")
    func scopeBeforeLength() throws {
        let resolve = try Resolving(
            #"{"imports": {"p/long/": "/top/"}, "scopes": {"/s/": {"p/": "/scoped/"}}}"#)
        #expect(try resolve("p/long/x.js", from: "s/x.js") == "mapped scoped/long/x.js")
        #expect(try resolve("p/long/x.js", from: "x.js") == "mapped top/x.js")
    }

    @Test("may be the whole site, an empty text or another origin")
    func oddScopes() throws {
        let resolve = try Resolving(
            """
            {"scopes": {"/": {"a": "/a-root.js"}, "": {"d": "/d.js"}, "https://app.test": {"b": "/b-root.js"},
              "https://": {"c": "/c.js"}}}
            """, base: "/pages/index.html")
        #expect(try resolve("a", from: "x/y.js") == "mapped a-root.js")
        #expect(try resolve("b", from: "x/y.js") == "mapped b-root.js")
        #expect(try resolve("c", from: "x/y.js") == "bare")
        // The empty text is the document's own URL.
        #expect(try resolve("d", from: "pages/index.html") == "mapped d.js")
        #expect(try resolve("d", from: "pages/x.js") == "bare")
    }
}
