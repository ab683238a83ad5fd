import Testing

@testable import Upstream

@Suite("A redirect", .timeLimit(.minutes(2)))
struct RedirectTests {
    @Test(
        "within the origin is followed", arguments: [301, 302, 303, 307, 308],
        ["/new.mjs?v=2", "new.mjs?v=2", "./x/../new.mjs?v=2", "HOST/new.mjs?v=2"])
    func inside(status: Int, location: String) async throws {
        let server = try ScriptedServer { request in
            let target = location.replacing("HOST", with: "http://\(request.header("Host") ?? "")")
            return request.target == "/old.mjs"
                ? [.send(Wire.redirect(to: target, status: "\(status) Moved"))]
                : [.send(Wire.answer("moved"))]
        }
        try await withClient(of: server) { client in
            let response = try await client.get("/old.mjs")
            #expect(response.body == Array("moved".utf8))
            #expect(response.redirectedTo == "/new.mjs?v=2")
            #expect(response.attempts == 1)
            #expect(server.requests.map(\.target) == ["/old.mjs", "/new.mjs?v=2"])
        }
    }

    @Test("keeps the request's headers")
    func headers() async throws {
        let server = try ScriptedServer { request in
            request.index == 0 ? [.send(Wire.redirect(to: "/b"))] : [.send(Wire.answer("b"))]
        }
        try await withClient(of: server) { client in
            _ = try await client.fetch(
                UpstreamRequest(pathAndQuery: "/a", method: .head, headers: [("X-Test", "1")], etag: "\"1\""))
            #expect(server.requests.map { $0.header("X-Test") } == ["1", "1"])
            #expect(server.requests.map { $0.header("If-None-Match") } == ["\"1\"", "\"1\""])
            #expect(server.requests.map(\.method) == ["HEAD", "HEAD"])
        }
    }

    @Test(
        "to anywhere else is not followed",
        arguments: [
            "http://127.0.0.1:1/x", "https://127.0.0.1:PORT/x", "http://localhost:PORT/x",
            "//elsewhere.test/x",
            "http://127.0.0.1:PORT@elsewhere.test/x", "file:///etc/passwd", "gopher://127.0.0.1:PORT/x",
            "ftp://127.0.0.1/x", "javascript:alert(1)", "http://[::1]:PORT/x",
        ])
    func outside(location: String) async throws {
        let server = try ScriptedServer { request in
            let port = request.header("Host")?.split(separator: ":").last ?? ""
            return [.send(Wire.redirect(to: location.replacing("PORT", with: port)))]
        }
        try await withClient(of: server) { client in
            let error = try #require(await client.failure())
            #expect(error.code == .redirectOutside)
            #expect(error.location != nil)
            #expect(error.message.contains("--upstream"))
            #expect(server.requests.count == 1)
        }
    }

    @Test("is shown without the credentials in it")
    func credentials() async throws {
        let server = try ScriptedServer(answer: [
            .send(Wire.redirect(to: "http://me:secret@elsewhere.test/x"))
        ])
        try await withClient(of: server) { client in
            let error = try #require(await client.failure())
            #expect(error.location == "http://elsewhere.test/x")
            #expect(!error.message.contains("secret"))
        }
    }

    @Test("in a circle ends after five")
    func circle() async throws {
        let server = try ScriptedServer { [.send(Wire.redirect(to: $0.target == "/a" ? "/b" : "/a"))] }
        try await withClient(of: server) { client in
            let error = try #require(await client.failure("/a"))
            #expect(error.code == .tooManyRedirects)
            #expect(server.requests.count == UpstreamLimits.redirects + 1)
        }
    }

    @Test("is handed on where the request says so")
    func handedOn() async throws {
        let server = try ScriptedServer(answer: [.send(Wire.redirect(to: "https://elsewhere.test/login"))])
        try await withClient(of: server) { client in
            let response = try await client.fetch(
                UpstreamRequest(pathAndQuery: "/", followsRedirects: false))
            #expect(response.status == 302)
            #expect(response.location == "https://elsewhere.test/login")
        }
    }

    @Test("status without a location is an answer")
    func noLocation() async throws {
        let server = try ScriptedServer(answer: [.send(Wire.answer("where?", status: "302 Found"))])
        try await withClient(of: server) { client in
            let response = try await client.get()
            #expect(response.status == 302)
            #expect(response.body == Array("where?".utf8))
        }
    }

    @Test("whose target is cut short is repeated there")
    func damagedTarget() async throws {
        let server = try ScriptedServer { request in
            switch request.index {
            case 0: [.send(Wire.redirect(to: "/new"))]
            case 1, 2: TruncationTests.Damage.shortBody.steps
            default: [.send(Wire.answer("new"))]
            }
        }
        try await withClient(of: server) { client in
            let response = try await client.get("/old")
            #expect(response.body == Array("new".utf8))
            #expect(response.attempts == 3)
            #expect(server.requests.map(\.target) == ["/old", "/new", "/new", "/new"])
        }
    }
}
