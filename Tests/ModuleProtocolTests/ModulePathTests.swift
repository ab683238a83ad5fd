import ModuleProtocol
import Testing

@Suite("Module paths")
struct ModulePathTests {
    /// What is asked for, and the normalised path.
    static let accepted: [(String, String)] = [
        ("lib/disk.mjs", "lib/disk.mjs"),
        ("/lib/disk.mjs", "lib/disk.mjs"),
        ("", ""),
        ("/", ""),
        ("lib/", "lib/"),
        ("lib/.", "lib/"),
        ("lib/x/..", "lib/"),
        ("lib/..", ""),
        ("./lib/./disk.mjs", "lib/disk.mjs"),
        ("lib//disk.mjs", "lib/disk.mjs"),
        ("lib/../a.mjs", "a.mjs"),
        ("lib/x/../../a.mjs", "a.mjs"),
        ("a.mjs?v=1", "a.mjs?v=1"),
        ("a.mjs?", "a.mjs?"),
        ("a.mjs?raw", "a.mjs?raw"),
        ("a.mjs?raw??", "a.mjs?raw??"),
        ("a.mjs?import&raw??", "a.mjs?import&raw??"),
        ("a.mjs?x=../../etc/passwd", "a.mjs?x=../../etc/passwd"),
        ("a.mjs?x=%2e%2e", "a.mjs?x=%2e%2e"),
        ("a%20b.mjs", "a b.mjs"),
        ("%6Cib%2Fdisk.mjs", "lib/disk.mjs"),
        ("lib/%2e/a.mjs", "lib/a.mjs"),
        ("lib/%2E%2e/a.mjs", "a.mjs"),
        ("%C3%A9.mjs", "\u{E9}.mjs"),
        ("e\u{301}.mjs", "e\u{301}.mjs"),
        ("%252e%252e/a.mjs", "%252e%252e/a.mjs"),
        ("%252e%252e%252fa.mjs", "%252e%252e%252fa.mjs"),
        ("100%25.mjs", "100%25.mjs"),
        ("a.mjs.", "a.mjs."),
        ("a.mjs/", "a.mjs/"),
        ("a.mjs/.", "a.mjs/"),
        (".../a.mjs", ".../a.mjs"),
        (".env", ".env"),
        ("@fs/etc/passwd", "@fs/etc/passwd"),
        ("node:fs", "node:fs"),
    ]

    @Test("are normalised", arguments: accepted)
    func normalises(raw: String, expected: String) throws {
        let path = try ModulePath(parsing: raw)
        #expect(Array(path.string.utf8) == Array(expected.utf8))
    }

    @Test("stay the same when parsed again", arguments: accepted)
    func isIdempotent(raw: String, expected: String) throws {
        let path = try ModulePath(parsing: raw)
        #expect(try ModulePath(parsing: path.string) == path)
        #expect(try ModulePath(parsing: path.urlPath) == path)
    }

    @Test(
        "that leave the root or hide something are forbidden",
        arguments: [
            "..", "../a.mjs", "/../a.mjs", "lib/../../a.mjs", "lib/../..", "./../a.mjs",
            "%2e%2e/a.mjs", "%2e%2e%2fa.mjs", ".%2e/a.mjs", "%2E./a.mjs", "lib/%2e%2e/%2e%2e/etc/passwd",
            "lib/..%2f..%2fetc/passwd",
            "..\\a.mjs", "lib\\a.mjs", "%5c..%5ca.mjs", "lib/%5C/a.mjs", "/\\host/a.mjs", "a.mjs?x=\\",
            "a\0.mjs", "a.mjs%00", "%00", ".env%00.mjs", "a.mjs?\0",
            "a\n.mjs", "a%0a.mjs", "a%0D%0Ab", "a\u{7F}", "a%7f", "\ta.mjs",
            "a.mjs#x", "#", "a%23b.mjs", "a.mjs?raw#", "/etc/passwd#/../a.mjs", "a%3Fb.mjs", "a.mjs%3Fraw",
            "//host/a.mjs", "//etc/passwd", "///etc/passwd", "//", "https://evil.test/a.mjs",
            "http://", "file:///etc/passwd", "ftp://app.test/a.mjs", "https://user@app.test/a.mjs",
        ])
    func forbids(raw: String) {
        let error = #expect(throws: ModuleError.self) {
            try ModulePath(parsing: raw, siteAuthorities: ["app.test"])
        }
        #expect(error?.code == .forbidden)
    }

    @Test(
        "that are no paths are bad requests",
        arguments: [
            "%", "a%", "a%2", "a%zz.mjs", "a%2.mjs", "a%%41",
            "%c0%ae%c0%ae/a.mjs", "%C0%AF", "%e0%80%ae", "%f0%80%80%ae", "%ff", "%ed%a0%80", "%c3", "%80",
            String(repeating: "a", count: 4_097),
        ])
    func refuses(raw: String) {
        let error = #expect(throws: ModuleError.self) { try ModulePath(parsing: raw) }
        #expect(error?.code == .badRequest)
    }

    @Test(
        "may be URLs of this very site",
        arguments: [
            ("https://app.test/lib/a.mjs", "lib/a.mjs"), ("http://app.test/lib/a.mjs?v", "lib/a.mjs?v"),
            ("wss://app.test/a.mjs", "a.mjs"), ("HTTPS://APP.test/a.mjs", "a.mjs"),
            ("https://app.test", ""), ("https://app.test?x", "?x"), ("https://app.test:443/a.mjs", "a.mjs"),
            ("http://app.test:80/a.mjs", "a.mjs"), ("//app.test/a.mjs", "a.mjs"),
            ("http://localhost:8889/a.mjs", "a.mjs"), ("http://[::1]:8889/a.mjs", "a.mjs"),
            ("https://app.test//lib/a.mjs", "lib/a.mjs"),
        ])
    func acceptsOwnURLs(raw: String, expected: String) throws {
        let authorities = ["app.test", "localhost:8889", "[::1]:8889"]
        #expect(try ModulePath(parsing: raw, siteAuthorities: authorities).string == expected)
    }

    @Test(
        "are not URLs of look-alikes",
        arguments: [
            "https://app.test.evil.example/a.mjs", "https://xapp.test/a.mjs", "https://app.test:444/a.mjs",
            "https://app.test:80/a.mjs", "https://app.test@evil.example/a.mjs", "https://app.test./a.mjs",
            "https:///a.mjs", "https://app.test\\@evil.example/a.mjs", "https://app.test#/a.mjs",
            "https://app.test/../a.mjs",
        ])
    func refusesForeignURLs(raw: String) {
        let error = #expect(throws: ModuleError.self) {
            try ModulePath(parsing: raw, siteAuthorities: ["app.test"])
        }
        #expect(error?.code == .forbidden)
    }

    @Test("tell file and query apart")
    func parts() throws {
        let path = try ModulePath(parsing: "/lib/100%25 é.mjs?a=%20&b")
        #expect(path.filePath == "lib/100% é.mjs")
        #expect(path.query == "a=%20&b")
        #expect(path.urlPath == "/lib/100%25%20%C3%A9.mjs?a=%20&b")
        #expect(!path.isFolder)
        #expect(try ModulePath(parsing: "a.mjs").query == nil)
        #expect(try ModulePath(parsing: "a.mjs?").query == "")
        #expect(try ModulePath(parsing: "lib/?x").isFolder)
    }

    @Test("keep apart what only Unicode regards as equal")
    func comparesBytes() throws {
        let composed = try ModulePath(parsing: "\u{E9}.mjs")
        let decomposed = try ModulePath(parsing: "e\u{301}.mjs")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test("come from file names, except from those that no URL has")
    func fromFileNames() throws {
        #expect(ModulePath(filePath: "lib/100%.mjs")?.string == "lib/100%25.mjs")
        for name in ["a#b", "a?b", "a\\b", "a\nb"] { #expect(ModulePath(filePath: name) == nil) }
    }

    @Test(
        "resolve specifiers as a browser does",
        arguments: [
            ("lib/a.mjs", "./b.mjs", "lib/b.mjs"), ("lib/a.mjs", "../b.mjs", "b.mjs"),
            ("lib/a.mjs", "../../b.mjs", "b.mjs"), ("lib/a.mjs", "/x/b.mjs", "x/b.mjs"),
            ("lib/a.mjs?v=1", "./b.mjs?v=2", "lib/b.mjs?v=2"), ("a.mjs", "./b.mjs", "b.mjs"),
            ("lib/", "./b.mjs", "lib/b.mjs"), ("a.mjs", "./x/../y/./b.mjs", "y/b.mjs"),
            ("50%25/a.mjs", "./b.mjs", "50%25/b.mjs"), ("a.mjs", "./b%20c.mjs", "b c.mjs"),
            ("lib/a.mjs", "../", ""), ("lib/a.mjs", "./", "lib/"), ("a.mjs?x=/y/z", "./b.mjs", "b.mjs"),
        ])
    func resolves(base: String, specifier: String, expected: String) throws {
        #expect(try ModulePath(parsing: base).resolving(specifier)?.string == expected)
    }

    @Test(
        "resolve nothing that is not a path of this site",
        arguments: [
            "lit", "@scope/x", "", ".", "..", "https://app.test/a.mjs", "data:text/javascript,1", "node:fs",
            "//host/a.mjs", "./a.mjs#x", "./a\\b.mjs", "./a%zz.mjs", "./a\nb.mjs", "#private",
        ])
    func resolvesNot(specifier: String) throws {
        #expect(try ModulePath(parsing: "lib/a.mjs").resolving(specifier) == nil)
    }
}
