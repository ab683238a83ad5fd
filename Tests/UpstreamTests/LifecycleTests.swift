import Glibc
import Logging
import Testing

@testable import Upstream

@Suite("The client", .timeLimit(.minutes(2)))
struct LifecycleTests {
    @Test("says what to do when nobody listens")
    func refused() async throws {
        let server = try ScriptedServer(answer: [.close])
        server.stop()
        try await withClient(base: server.url) { client in
            let error = try #require(await client.failure())
            #expect(error.code == .refused)
            #expect(
                error.message
                    == "The dev server at \(server.url) refused the connection. Is it running? "
                    + "Start it or change --upstream.")
            #expect(error.attempts == 1)
        }
    }

    @Test("says so when the host is unknown")
    func unknownHost() async throws {
        try await withClient(base: "http://no-such-host.invalid:3000") { client in
            let error = try #require(await client.failure())
            #expect(error.code == .refused)
            #expect(error.message.contains("--upstream"))
        }
    }

    @Test("recovers when the server comes back on the same connection's port")
    func serverRestarted() async throws {
        let server = try ScriptedServer { request in
            [.send(Wire.answer("ok"))] + (request.index.isMultiple(of: 2) ? [.close] : [])
        }
        try await withClient(of: server) { client in
            for _ in 0..<20 {
                #expect(await client.body() == Array("ok".utf8))
            }
        }
    }

    @Test("gives up on a server that never answers")
    func neverAnswers() async throws {
        let server = try ScriptedServer(answer: [.hang])
        try await withClient(of: server, change: { $0.totalTimeout = .milliseconds(200) }) { client in
            let error = try #require(await client.failure())
            #expect(error.code == .timeout)
            #expect(error.message.contains("200 ms"))
        }
    }

    @Test("gives up on a body that stops coming")
    func stallsInBody() async throws {
        let server = try ScriptedServer(answer: [
            .send(Array(Wire.answer(Samples.text).dropLast(100))), .hang,
        ])
        try await withClient(of: server, change: { $0.totalTimeout = .milliseconds(200) }) { client in
            #expect(await client.failure()?.code == .timeout)
        }
    }

    @Test("gives up what waits too long for a connection")
    func queueTimeout() async throws {
        let server = try ScriptedServer(answer: [.hang])
        try await withClient(
            of: server,
            change: {
                $0.maxConnections = 1
                $0.queueTimeout = .milliseconds(100)
            }
        ) { client in
            let first = Task { await client.failure() }
            while server.requests.isEmpty { await Task.yield() }
            let error = try #require(await client.failure())
            #expect(error.code == .timeout)
            #expect(error.attempts == 0)
            client.stop()
            #expect(await first.value?.code == .stopped)
        }
    }

    @Test("refuses bodies above the limit", arguments: [true, false])
    func tooLarge(hasLength: Bool) async throws {
        let server = try ScriptedServer(answer: [
            .send(hasLength ? Wire.answer(Samples.text) : Wire.chunked(Samples.text, size: 100))
        ])
        try await withClient(of: server) { client in
            let small = UpstreamRequest(pathAndQuery: "/a", maxBodyBytes: Samples.text.count - 1)
            let error = try #require(await client.failure(of: small))
            #expect(error.code == .tooLarge)
            #expect(server.requests.count == 1)
            let exact = UpstreamRequest(pathAndQuery: "/a", maxBodyBytes: Samples.text.count)
            #expect(await client.body(of: exact) == Samples.text)
        }
    }

    @Test("refuses heads above the limit")
    func largeHead() async throws {
        let filler = (0..<3000).map { "X-Filler-\($0): \(String(repeating: "x", count: 100))" }
        let server = try ScriptedServer(answer: [.send(Wire.answer("ok", headers: filler))])
        try await withClient(of: server) { client in
            #expect(await client.failure() != nil)
        }
    }

    @Test("says so when it is not HTTP that answers")
    func notHTTP() async throws {
        let server = try ScriptedServer(answer: [.send(Array("220 mail.test ESMTP\r\n".utf8)), .close])
        try await withClient(of: server) { client in
            let error = try #require(await client.failure())
            #expect(error.code == .other)
            #expect(error.message.contains("does not answer in HTTP"))
        }
    }

    @Test("runs 200 fetches through six connections")
    func parallel() async throws {
        let server = try ScriptedServer { [.send(Wire.answer($0.target))] }
        try await withClient(of: server) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        #expect(await client.body("/\(index)") == Array("/\(index)".utf8))
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.requests.count == 200)
            #expect(server.connectionCount <= UpstreamLimits.connections)
            #expect(server.mostOpenConnections <= UpstreamLimits.connections)
        }
    }

    @Test("refuses what its queue does not hold")
    func overload() async throws {
        let gate = Gate()
        let server = try ScriptedServer(answer: [.wait(gate), .send(Wire.answer("ok"))])
        try await withClient(
            of: server,
            change: {
                $0.maxConnections = 2
                $0.maxQueued = 3
            }
        ) { client in
            let results = try await withThrowingTaskGroup(of: UpstreamError.Code?.self) { group in
                for _ in 0..<9 { group.addTask { await client.failure()?.code } }
                var codes: [UpstreamError.Code?] = []
                for try await code in group {
                    codes.append(code)
                    // The refused ones come first; the others wait for the gate.
                    if codes.count == 4 { gate.open() }
                }
                return codes
            }
            #expect(results.prefix(4).allSatisfy { $0 == .overloaded })
            #expect(results.dropFirst(4).allSatisfy { $0 == nil })
        }
    }

    @Test("completes everything exactly once when it is stopped in flight")
    func stopInFlight() async throws {
        let server = try ScriptedServer { request in
            request.target.hasSuffix("7") ? [.hang] : [.send(Wire.answer(Samples.text))]
        }
        defer { server.stop() }
        for round in 0..<20 {
            let client = try UpstreamClient(
                configuration: .init(base: server.url), logger: Logger(label: "test"))
            client.start()
            let counters = (0..<100).map { _ in Counter() }
            for (index, counter) in counters.enumerated() {
                client.fetch(UpstreamRequest(pathAndQuery: "/\(index)")) { _ in counter.add() }
                if index == round * 5 { client.stop() }
            }
            client.stop()
            #expect(counters.allSatisfy { $0.value == 1 })
        }
    }

    @Test("takes nothing on before it is started and after it is stopped")
    func notRunning() async throws {
        let client = try UpstreamClient(
            configuration: .init(base: "http://127.0.0.1:1"), logger: Logger(label: "test"))
        #expect(await client.failure()?.code == .stopped)
        client.start()
        client.start()
        #expect(await client.failure()?.code == .refused)
        client.stop()
        client.stop()
        client.start()
        #expect(await client.failure()?.code == .stopped)
    }

    @Test("can be stopped, and let go, in a completion")
    func stopInCompletion() async throws {
        let server = try ScriptedServer(answer: [.send(Wire.answer("ok"))])
        defer { server.stop() }
        for _ in 0..<10 {
            let client = try UpstreamClient(
                configuration: .init(base: server.url), logger: Logger(label: "test"))
            client.start()
            let code: UpstreamError.Code? = await withCheckedContinuation { continuation in
                client.fetch(UpstreamRequest(pathAndQuery: "/")) { _ in
                    client.stop()
                    client.fetch(UpstreamRequest(pathAndQuery: "/")) { result in
                        guard case .failure(let error) = result else {
                            return continuation.resume(returning: nil)
                        }
                        continuation.resume(returning: error.code)
                    }
                }
            }
            #expect(code == .stopped)
        }
    }

    @Test("does not ask a proxy for loopback")
    func noProxy() async throws {
        let server = try ScriptedServer(answer: [.send(Wire.answer("direct"))])
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        defer { unsetenv("http_proxy") }
        try await withClient(of: server) { client in
            #expect(await client.body() == Array("direct".utf8))
        }
    }

    @Test(
        "refuses base URLs that are none",
        arguments: [
            "", "localhost:3000", "//localhost:3000", "ftp://localhost", "file:///etc", "http://",
            "http://a b", "3000",
            "http://localhost:99999", "http://localhost:3000/?q", "http://localhost:3000/#a",
            "http://user:secret@/x",
        ])
    func badBase(base: String) throws {
        let error = #expect(throws: UpstreamError.self) {
            try UpstreamClient(configuration: .init(base: base), logger: Logger(label: "test"))
        }
        #expect(error?.code == .invalidURL)
        #expect(error?.message.contains("--upstream") == true)
        #expect(error?.message.contains("secret") == false)
    }
}
