import Testing

@testable import Upstream

@Suite("A fetch", .timeLimit(.minutes(2)))
struct FetchTests {
    @Test("hands on status, headers and body")
    func plain() async throws {
        let server = try ScriptedServer(answer: [
            .send(
                Wire.answer(
                    "export default 1;",
                    headers: [
                        "Content-Type: text/javascript; charset=utf-8", "ETag: \"v1\"",
                        "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT", "Set-Cookie: a=1", "Set-Cookie: b=2",
                        "Connection: keep-alive, X-Hop", "X-Hop: 1", "Keep-Alive: timeout=5",
                    ]))
        ])
        try await withClient(of: server) { client in
            let response = try await client.get("/lib/disk.mjs?v=1")
            #expect(response.status == 200)
            #expect(response.body == Array("export default 1;".utf8))
            #expect(response.contentType == "text/javascript; charset=utf-8")
            #expect(response.etag == "\"v1\"")
            #expect(response.lastModified == "Thu, 01 Jan 2026 00:00:00 GMT")
            #expect(response.attempts == 1)
            #expect(response.redirectedTo == nil)
            #expect(!response.notModified)
            #expect(response.headers.filter { $0.name == "Set-Cookie" }.map(\.value) == ["a=1", "b=2"])
            #expect(response.header("content-length") == "17")
            #expect(response.header("X-Hop") == nil)
            #expect(response.header("Keep-Alive") == nil)
            #expect(response.header("Connection") == nil)
            let request = try #require(server.requests.first)
            #expect(request.method == "GET")
            #expect(request.target == "/lib/disk.mjs?v=1")
            #expect(request.header("Host") == "127.0.0.1:\(server.port)")
        }
    }

    @Test("forwards the given headers and no others, none that belong to a connection")
    func requestHeaders() async throws {
        let server = try ScriptedServer(answer: [.send(Wire.answer("ok"))])
        try await withClient(of: server) { client in
            _ = try await client.fetch(
                UpstreamRequest(
                    pathAndQuery: "/a.js",
                    headers: [
                        ("Accept", "*/*"), ("Cookie", "session=1"), ("User-Agent", "test"), ("X-Empty", ""),
                        ("Host", "evil.test"), ("Connection", "close, X-Private"), ("X-Private", "1"),
                        ("Transfer-Encoding", "chunked"), ("Upgrade", "websocket"), ("Accept-Encoding", "br"),
                        ("Content-Length", "5"), ("Expect", "100-continue"), ("X-Bad", "a\r\nX-Injected: 1"),
                        ("X Bad", "1"), ("If-None-Match", "\"kept\""),
                    ]))
            let request = try #require(server.requests.first)
            #expect(
                Set(request.headers.map { $0.name.lowercased() }) == [
                    "host", "accept", "accept-encoding", "cookie", "user-agent", "x-empty", "if-none-match",
                ])
            #expect(request.header("Host") == "127.0.0.1:\(server.port)")
            #expect(request.header("Cookie") == "session=1")
            #expect(request.header("X-Empty") == "")
            #expect(request.header("Accept-Encoding") == "identity")
        }
    }

    @Test("puts the base URL's path in front")
    func prefix() async throws {
        let server = try ScriptedServer(answer: [.send(Wire.answer("ok"))])
        try await withClient(of: server, path: "/app/") { client in
            _ = try await client.get("/a.js")
            _ = try await client.get("/")
            #expect(server.requests.map(\.target) == ["/app/a.js", "/app/"])
        }
    }

    @Test("sends the base URL's credentials, and shows them nowhere")
    func credentials() async throws {
        let server = try ScriptedServer(answer: [.send(Wire.answer("ok"))])
        defer { server.stop() }
        try await withClient(base: "http://user:se%20cret@127.0.0.1:\(server.port)") { client in
            _ = try await client.get()
            #expect(server.requests.first?.header("Authorization") == "Basic dXNlcjpzZSBjcmV0")
            #expect(client.origin == server.url)
        }
    }

    @Test("asks whether what is held still holds")
    func conditional() async throws {
        let server = try ScriptedServer(answer: [
            .send(Wire.head(status: "304 Not Modified", headers: ["ETag: \"v1\""]))
        ])
        try await withClient(of: server) { client in
            let response = try await client.fetch(
                UpstreamRequest(
                    pathAndQuery: "/a.js", headers: [("If-None-Match", "\"other\"")], etag: "\"v1\"",
                    lastModified: "Thu, 01 Jan 2026 00:00:00 GMT"))
            #expect(response.notModified)
            #expect(response.status == 304)
            #expect(response.body.isEmpty)
            let request = try #require(server.requests.first)
            #expect(request.headers.filter { $0.name == "If-None-Match" }.map(\.value) == ["\"v1\""])
            #expect(request.header("If-Modified-Since") == "Thu, 01 Jan 2026 00:00:00 GMT")
        }
    }

    @Test("takes any status for an answer", arguments: [204, 206, 400, 403, 404, 429, 500, 503])
    func statuses(status: Int) async throws {
        let body = status == 204 ? "" : "text of \(status)"
        let server = try ScriptedServer(answer: [.send(Wire.answer(body, status: "\(status) Whatever"))])
        try await withClient(of: server) { client in
            let response = try await client.get()
            #expect(response.status == status)
            #expect(response.body == Array(body.utf8))
            #expect(response.attempts == 1)
        }
    }

    @Test("asks for the head only, and expects no body")
    func head() async throws {
        let server = try ScriptedServer(answer: [.send(Wire.head(headers: ["Content-Length: 1000"]))])
        try await withClient(of: server) { client in
            for _ in 0..<2 {
                let response = try await client.fetch(UpstreamRequest(pathAndQuery: "/a.js", method: .head))
                #expect(response.body.isEmpty)
                #expect(response.header("Content-Length") == "1000")
            }
            #expect(server.requests.map(\.method) == ["HEAD", "HEAD"])
            #expect(server.connectionCount == 1)
        }
    }

    @Test("passes over interim answers and trailers")
    func interim() async throws {
        let bytes =
            Wire.head(status: "103 Early Hints", headers: ["Link: </a.css>", "ETag: \"interim\""])
            + Wire.head(headers: ["Transfer-Encoding: chunked", "Trailer: X-Sum"])
            + Array("2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n".utf8)
        let server = try ScriptedServer(answer: [.send(bytes)])
        try await withClient(of: server) { client in
            let response = try await client.get()
            #expect(response.status == 200)
            #expect(response.body == Array("ok".utf8))
            #expect(response.etag == nil)
            #expect(response.header("X-Sum") == nil)
            #expect(response.header("Link") == nil)
        }
    }

    @Test("re-uses the connection")
    func reuse() async throws {
        let server = try ScriptedServer { .init(repeating: .send(Wire.answer("\($0.target)")), count: 1) }
        try await withClient(of: server) { client in
            for index in 0..<50 {
                #expect(await client.body("/\(index)") == Array("/\(index)".utf8))
            }
            #expect(server.requests.count == 50)
            #expect(server.connectionCount == 1)
        }
    }

    @Test("finds the server on IPv6, and whichever address localhost means", arguments: [false, true])
    func localhost(isIPv6: Bool) async throws {
        let server: ScriptedServer
        do {
            server = try ScriptedServer(ipv6: isIPv6) { _ in [.send(Wire.answer("ok"))] }
        } catch is ScriptedServer.SocketError where isIPv6 {
            return  // This machine has no IPv6.
        }
        defer { server.stop() }
        for base in [server.url, "http://localhost:\(server.port)"] {
            try await withClient(base: base) { client in
                #expect(await client.body() == Array("ok".utf8))
            }
        }
    }

    @Test("takes bytes as slowly as they come")
    func slow() async throws {
        let server = try ScriptedServer(answer: [.trickle(Wire.answer(Samples.text))])
        try await withClient(of: server) { client in
            #expect(await client.body() == Samples.text)
        }
    }

    @Test("takes a large body whole")
    func large() async throws {
        let body = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let server = try ScriptedServer { request in
            [.send(request.target == "/chunked" ? Wire.chunked(body, size: 70_000) : Wire.answer(body))]
        }
        try await withClient(of: server) { client in
            #expect(await client.body("/whole") == body)
            #expect(await client.body("/chunked") == body)
        }
    }
}
