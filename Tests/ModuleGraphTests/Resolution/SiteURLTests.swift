import ModuleProtocol
import Testing

@testable import ModuleGraph

@Suite("Site URLs")
struct SiteURLTests {
    @Test(
        "are normalised as the URL Standard says",
        arguments: [
            ("/", "/"),
            ("/a/./b/../c", "/a/c"),
            ("/..", "/"),
            ("/a/..", "/"),
            ("/a/../..//b", "//b"),
            ("/a//../b", "/a/b"),
            ("/a/%2E/%2e%2E/b", "/b"),
            ("/.../....", "/.../...."),
            ("/%2e%2e%2e", "/%2e%2e%2e"),
            ("/a\\b\\..\\c", "/a/c"),
            ("/a\tb\nc\r", "/abc"),
            (" /a\u{1} ", nil),
            ("/a ", "/a"),
            ("/a b\"<>`{}^|[]~'", "/a%20b%22%3C%3E%60%7B%7D%5E|[]~'"),
            ("/\u{E9}\u{7F}", "/%C3%A9%7F"),
            ("/%zz%4", "/%zz%4"),
            ("/a?b c'\"<>`{}^\\/../#", "/a?b%20c%27%22%3C%3E`{}^\\/../#"),
            ("/a?", "/a?"),
            ("/a#b c\"<>`?#", "/a#b%20c%22%3C%3E%60?#"),
            ("//h", "https://h/"),
            ("//h:443/a", "https://h/a"),
            ("/\\h/a", "https://h/a"),
            ("///h/a", "https://h/a"),
            ("//", nil),
            ("a", nil),
            ("", nil),
            ("?a", nil),
            ("HTTP://H.Test:80", "http://h.test/"),
            ("http://h:080/", "http://h/"),
            ("http://h:8080?a", "http://h:8080/?a"),
            ("http://h:/", "http://h/"),
            ("https:h/a", "https://h/a"),
            ("https:/h/a", "https://h/a"),
            ("https:\\\\h\\a", "https://h/a"),
            ("wss://h:443/", "wss://h/"),
            ("http://u:p@h@i/", "http://u:p@h@i/"),
            ("http://[::1]:3000/a", "http://[::1]:3000/a"),
            ("http://[::1]", "http://[::1]/"),
            ("http://[]/", nil),
            ("http://[::1/", nil),
            ("http://a]/", nil),
            ("http://a<b/", nil),
            ("http://:80/", nil),
            ("http://h:1x/", nil),
            ("http://h:65535/", "http://h:65535/"),
            ("http://h:65536/", nil),
            ("http://h:99999999999999999999/", nil),
            ("file:///a/../b", "file:///b"),
            ("file:/a", "file:///a"),
            ("file:a", "file:///a"),
            ("file://h/a", "file://h/a"),
            ("data:text/javascript,a b\u{E9}?'#x", "data:text/javascript,a b%C3%A9?'#x"),
            ("Node:fs", "node:fs"),
            ("x:", "x:"),
            ("x:/a/../b\\c", "x:/b\\c"),
            ("x://H/a/../b", "x://H/b"),
            ("x://h?a", "x://h?a"),
            ("x://h b/", nil),
            ("1x:a", nil),
            ("x_y:a", nil),
            ("a+b-c.d1:e", "a+b-c.d1:e"),
        ] as [(String, String?)])
    func normalises(text: String, expected: String?) throws {
        let url = SiteURL(parsing: text)
        #expect(url?.description == expected)
        // A serialised URL stands for itself; two leading slashes would be read as another host's.
        if let url, !url.description.hasPrefix("//") { #expect(SiteURL(parsing: url.description) == url) }
    }

    @Test(
        "resolve references",
        arguments: [
            ("/a/b?q/r#f", "", "/a/b?q/r"),
            ("/a/b?q/r#f", "#g", "/a/b?q/r#g"),
            ("/a/b?q/r#f", "?s", "/a/b?s"),
            ("/a/b?q/r", "c", "/a/c"),
            ("/a/b?q/r", "..", "/"),
            ("/a/b", "/c", "/c"),
            ("/a/b", "//h/c", "https://h/c"),
            ("/a/b", "x:y", "x:y"),
            ("/a/b", "http:c", "http://c/"),
            ("http://h/a/b", "http:c", "http://h/a/c"),
            ("http://h/a/b", "https:c", "https://c/"),
            ("http://h/a/b", "//i/c", "http://i/c"),
            ("http://h/a/b", "../../c", "http://h/c"),
            ("http://h", "\\c", "http://h/c"),
            ("data:a", "b", nil),
            ("data:a", "", nil),
            ("data:a?b", "#c", "data:a?b#c"),
            ("x:/a/b", "c\\d", "x:/a/c\\d"),
            ("x:/a/b", "..\\c", "x:/a/..\\c"),
            ("x://h", "a", "x://h/a"),
            ("x://h/a/b", "//i/c", "x://i/c"),
        ] as [(String, String, String?)])
    func resolves(base: String, reference: String, expected: String?) throws {
        #expect(try #require(SiteURL(parsing: base)).resolving(reference)?.description == expected)
    }

    @Test(
        "of module paths are those that browsers have",
        arguments: [
            ("", "/"), ("lib/a.js", "/lib/a.js"), ("a b.js", "/a%20b.js"), ("a[1].js", "/a[1].js"),
            ("100%25.js", "/100%25.js"), ("\u{E9}.js?q=1", "/%C3%A9.js?q=1"), ("a.js?", "/a.js?"),
            ("lib/", "/lib/"), ("http:/x.js", "/http:/x.js"),
        ])
    func ofPaths(path: String, expected: String) throws {
        let module = try ModulePath(parsing: "/" + path)
        let url = SiteURL(module)
        #expect(url.description == expected)
        #expect(url.modulePath == module)
        #expect(!url.hasFragment)
    }

    @Test("name modules only when they are this site's")
    func modulePaths() throws {
        #expect(SiteURL(parsing: "https://localhost:8080/a.js")?.modulePath == nil)
        #expect(SiteURL(parsing: "data:a")?.modulePath == nil)
        #expect(SiteURL(parsing: "/a.js#x")?.modulePath?.string == "a.js")
        #expect(SiteURL(parsing: "/.//http://x/a.js")?.modulePath?.string == "http:/x/a.js")
        #expect(SiteURL(parsing: "/%2f..%2fa.js")?.modulePath == nil)
    }
}
