import Testing

@testable import ModuleGraph

@Suite("Specifiers without an import map")
struct UnmappedTests {
    @Test(
        "resolve as the URL Standard says",
        arguments: [
            ("./a.js", "app/a.js"),
            ("../a.js", "a.js"),
            ("../../../a.js", "a.js"),
            ("/a.js", "a.js"),
            ("./", "app/"),
            ("../", ""),
            ("/", ""),
            ("./.", "app/"),
            ("./..", ""),
            ("./x/../a.js", "app/a.js"),
            ("./%2e%2E/a.js", "a.js"),
            ("./.%2e/a.js", "a.js"),
            ("./a.js?v=1", "app/a.js?v=1"),
            ("./a.js?", "app/a.js?"),
            ("./a.js?../b", "app/a.js?../b"),
            ("./a.js?q='x y'", "app/a.js?q=%27x%20y%27"),
            ("./a.js#x", "fragment app/a.js"),
            ("./a.js#", "fragment app/a.js"),
            ("./a.js?v=1#x?y", "fragment app/a.js?v=1"),
            ("./a b.js", "app/a b.js"),
            ("./a%20b.js", "app/a b.js"),
            ("./\u{E9}.js", "app/\u{E9}.js"),
            ("./%C3%A9.js", "app/\u{E9}.js"),
            ("./100%25.js", "app/100%25.js"),
            ("./%41.js", "app/A.js"),
            ("./x//a.js", "app/x/a.js"),
            ("./x\\a.js", "app/x/a.js"),
            ("./..\\a.js", "a.js"),
            (".\\a.js", "bare"),
            ("./a\n.js ", "app/a.js"),
            ("/@scope/a.js", "@scope/a.js"),
            ("./http://x.js", "app/http:/x.js"),
            ("/./http://x/a.js", "http:/x/a.js"),
            ("http://localhost:8080/a.js", "a.js"),
            ("https://localhost:8080/a.js?v", "a.js?v"),
            ("HTTP://LOCALHOST:08080/a.js", "a.js"),
            ("http:localhost:8080/a.js", "a.js"),
            ("https:\\\\localhost:8080\\a.js", "a.js"),
            ("https://localhost:8080", ""),
            ("https://app.test:443/a.js", "a.js"),
            ("http://app.test:443/a.js", "external"),
            ("https://app.test:80/a.js", "external"),
            ("//app.test/a.js", "a.js"),
            ("/\\app.test/a.js", "a.js"),
            ("//localhost:8080/../a.js", "a.js"),
            ("//cdn.test/a.js", "external"),
            ("/.//cdn.test/a.js", "cdn.test/a.js"),
            ("https://localhost/a.js", "external"),
            ("https://user@localhost:8080/a.js", "external"),
            ("https://cdn.test/a.js", "external"),
            ("ws://localhost:8080/a.js", "external"),
            ("data:text/javascript,0", "external"),
            ("blob:http://localhost:8080/1-2", "external"),
            ("node:fs", "external"),
            ("file:///a.js", "external"),
            ("c:/a.js", "external"),
            ("lodash", "bare"),
            ("lodash/map.js", "bare"),
            ("@scope/a.js", "bare"),
            ("", "bare"),
            (".", "bare"),
            ("..", "bare"),
            (".a.js", "bare"),
            ("...", "bare"),
            ("?v=1", "bare"),
            ("#x", "bare"),
            (" ./a.js", "bare"),
            ("%2E/a.js", "bare"),
            ("\\a.js", "bare"),
            ("1:a", "bare"),
            (":a", "bare"),
            ("https://", "bare"),
            ("https://a b/c.js", "bare"),
            ("https://a:b/c.js", "bare"),
            ("https://a:65536/c.js", "bare"),
            ("https://[::1/c.js", "bare"),
            ("//", "bare"),
            ("./%00.js", "blocked"),
            ("./%zz.js", "blocked"),
            ("./%ff.js", "blocked"),
            ("./a%23.js", "blocked"),
            ("./a%2f..%2f..%2f..%2fb.js", "blocked"),
        ])
    func resolves(specifier: String, expected: String) throws {
        #expect(try Resolving()(specifier) == expected)
    }

    @Test("start from the importer's folder, whatever its query")
    func importers() throws {
        let resolve = try Resolving()
        #expect(try resolve("./a.js", from: "") == "a.js")
        #expect(try resolve("./a.js", from: "main.js") == "a.js")
        #expect(try resolve("./a.js", from: "x/") == "x/a.js")
        #expect(try resolve("./a.js", from: "x/main.js?y/z") == "x/a.js")
        #expect(try resolve("../a.js", from: "x y/\u{E9}/main.js") == "x y/a.js")
        #expect(try resolve("./a.js", from: "100%25/main.js") == "100%25/a.js")
    }

    @Test("that are longer than any path are not looked up")
    func overlong() throws {
        let resolve = try Resolving()
        let long = String(repeating: "a", count: ResolutionLimits.specifierBytes)
        #expect(try resolve("./" + long) == "blocked")
        #expect(try resolve(long + "a") == "bare")
        #expect(try resolve("data:text/javascript," + long) == "external")
    }
}
