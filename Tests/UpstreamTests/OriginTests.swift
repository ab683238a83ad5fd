import Testing

@testable import Upstream

@Suite("The upstream's origin")
struct OriginTests {
    @Test(
        "is taken from the base URL",
        arguments: [
            ("http://localhost:3000", "http://localhost:3000", ""),
            ("HTTP://LocalHost:3000/", "http://localhost:3000", ""),
            ("http://localhost", "http://localhost", ""),
            ("http://localhost:80/app/", "http://localhost", "/app"),
            ("https://dev.test:443/a/b//", "https://dev.test", "/a/b"),
            ("https://dev.test:8443", "https://dev.test:8443", ""),
            ("http://[::1]:3000/x", "http://[::1]:3000", "/x"),
            ("http://[fe80::1%25eth0]:3000", "http://[fe80::1%25eth0]:3000", ""),
            ("http://me:secret@localhost:3000", "http://localhost:3000", ""),
        ])
    func parse(base: String, text: String, prefix: String) throws {
        let origin = try UpstreamOrigin(base: base)
        #expect(origin.text == text)
        #expect(origin.prefix == prefix)
    }

    @Test(
        "makes targets of plain paths",
        arguments: [
            "/", "/a.js", "/a%20b.js?x=1&y=/../", "/@vite/client", "/node_modules/.vite/deps/a.js?v=1", "//x",
            "/a..b/c",
            "/...",
        ])
    func target(path: String) throws {
        let origin = try UpstreamOrigin(base: "http://localhost:3000/app")
        #expect(try origin.target(for: path) == "/app" + path)
    }

    @Test(
        "makes none of anything else",
        arguments: [
            "", "a.js", "http://evil.test/", "/a b", "/a\r\nX: 1", "/a#b", "/a\\b", "/ä", "/\u{0}", "/../a",
            "/a/..",
            "/a/./b", "/%2e%2E/a", "/.%2e/a", "/a/%2e",
            "/" + String(repeating: "a", count: UpstreamLimits.pathBytes),
        ])
    func noTarget(path: String) throws {
        let origin = try UpstreamOrigin(base: "http://localhost:3000/app")
        let error = #expect(throws: UpstreamError.self) { try origin.target(for: path) }
        #expect(error?.code == .invalidURL)
    }

    @Test("tells loopback hosts from others")
    func loopback() throws {
        for host in ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.1.2.3", "[::1]"] {
            #expect(try UpstreamOrigin(base: "http://\(host)").isLoopback, "\(host)")
        }
        for host in ["localhost.test", "127.test", "127.0.0.1.test", "128.0.0.1", "[::2]", "notlocalhost"] {
            #expect(try !UpstreamOrigin(base: "http://\(host)").isLoopback, "\(host)")
        }
    }

    @Test("shows URLs without credentials and control bytes")
    func shown() {
        #expect(UpstreamOrigin.withoutCredentials("http://a:b@c/d@e") == "http://c/d@e")
        #expect(UpstreamOrigin.withoutCredentials("//a:b@c") == "//c")
        #expect(UpstreamOrigin.withoutCredentials("a:b@c/d") == "c/d")
        #expect(UpstreamOrigin.withoutCredentials("/a/b@c") == "/a/b@c")
        #expect(UpstreamOrigin.withoutCredentials("http://a\u{1b}[31m\r\n") == "http://a[31m")
    }
}

@Suite("Header fields")
struct HeaderFieldsTests {
    @Test("are collected from an answer's lines")
    func head() {
        var head = ResponseHead()
        for line in [
            "HTTP/1.1 103 Early Hints\r\n", "Link: </a>\r\n", "\r\n", "HTTP/1.1 200\r\n",
            "Content-Length:  12 \r\n",
            "no field\r\n", ": none\r\n", "Content-Encoding: GZIP\r\n", "X-Empty:\r\n", "\r\n",
            "X-Trailer: 1\r\n",
        ] {
            #expect(Array(line.utf8).withUnsafeBytes { head.append(line: $0) })
        }
        #expect(head.status == 200)
        #expect(head.isComplete)
        #expect(head.contentLength == 12)
        #expect(head.contentCoding == "gzip")
        #expect(head.fields.map(\.name) == ["Content-Length", "Content-Encoding", "X-Empty"])
        #expect(head.value("x-empty") == "")
    }

    @Test("have a limit")
    func limit() {
        var head = ResponseHead()
        let line = Array("X: \(String(repeating: "x", count: 65_530))\r\n".utf8)
        let taken = (0..<6).map { _ in line.withUnsafeBytes { head.append(line: $0) } }
        #expect(taken == [true, true, true, true, false, false])
    }

    @Test(
        "give no length that makes no sense",
        arguments: ["-1", "abc", "1, 1", "99999999999999999999", ""])
    func badLength(value: String) {
        var head = ResponseHead()
        _ = Array("Content-Length: \(value)\r\n".utf8).withUnsafeBytes { head.append(line: $0) }
        #expect(head.contentLength == nil)
    }
}
