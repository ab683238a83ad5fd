import Testing

@testable import Upstream

@Suite("A body that is not whole", .timeLimit(.minutes(2)))
struct TruncationTests {
    /// Ways in which a server or a proxy spoils an answer.
    enum Damage: String, CaseIterable, Sendable {
        case noBody, shortBody, oneByteShort, chunkCutShort, noLastChunk, halfLastChunk, badChunkSize,
            resetInBody
        case resetAtOnce, closedAtOnce, cutHead, resetInHead, resetWithoutLength

        var steps: [ScriptedServer.Step] {
            let whole = Wire.answer(Samples.text)
            let chunks = Wire.chunked(Samples.text, size: 300)
            let chunkedHead = Wire.head(headers: ["Transfer-Encoding: chunked"])
            return switch self {
            case .noBody: [.send(Array(whole.dropLast(Samples.text.count))), .close]
            case .shortBody: [.send(Array(whole.dropLast(700))), .close]
            case .oneByteShort: [.send(Array(whole.dropLast())), .close]
            case .chunkCutShort: [.send(Array(chunks.prefix(chunkedHead.count + 900))), .close]
            case .noLastChunk: [.send(Array(chunks.dropLast(5))), .close]
            case .halfLastChunk: [.send(Array(chunks.dropLast(3))), .close]
            case .badChunkSize: [.send(chunkedHead + Array("5\r\nhello\r\nzz\r\n".utf8)), .close]
            case .resetInBody: [.send(Array(whole.dropLast(700))), .reset]
            case .resetAtOnce: [.reset]
            case .closedAtOnce: [.close]
            case .cutHead: [.send(Array("HTTP/1.1 200 OK\r\nContent-Type: text/java".utf8)), .close]
            case .resetInHead: [.send(Array("HTTP/1.1 200 OK\r\nContent-Type: text/java".utf8)), .reset]
            case .resetWithoutLength: [.send(Wire.head(version: "HTTP/1.0") + Samples.text), .reset]
            }
        }
    }

    @Test("is asked for again", arguments: Damage.allCases)
    func repeated(damage: Damage) async throws {
        let server = try ScriptedServer { $0.index < 3 ? damage.steps : [.send(Wire.answer(Samples.text))] }
        try await withClient(of: server) { client in
            let response = try await client.get()
            #expect(response.body == Samples.text)
            #expect(response.attempts == 4)
            #expect(server.requests.count == 4)
        }
    }

    @Test("is an error in the end, never an answer", arguments: Damage.allCases)
    func givenUp(damage: Damage) async throws {
        let server = try ScriptedServer { _ in damage.steps }
        try await withClient(of: server, change: { $0.attempts = 3 }) { client in
            let error = try #require(await client.failure())
            #expect(error.code == .truncated)
            #expect(error.attempts == 3)
            #expect(error.message.contains(server.url))
            #expect(error.message.contains("asked 3 times"))
            #expect(server.requests.count == 3)
        }
    }

    @Test("is told from a whole one wherever it is cut")
    func everyLength() async throws {
        let body = Array("export default function () { return 42; }\n".utf8)
        let whole = Wire.answer(body, headers: ["Content-Type: text/javascript"])
        let chunks = Wire.chunked(body, size: 10)
        let server = try ScriptedServer { request in
            let bytes = request.target.hasPrefix("/c") ? chunks : whole
            let count = Int(request.target.dropFirst(2)) ?? 0
            return [.send(Array(bytes.prefix(count))), .close]
        }
        try await withClient(of: server, change: { $0.attempts = 1 }) { client in
            for count in 0..<whole.count {
                #expect(await client.failure("/w\(count)")?.code == .truncated, "\(count) bytes")
            }
            // The line end after the last chunk may be missing: all data is there, and the chunk says it is the last.
            for count in 0..<(chunks.count - 2) {
                #expect(await client.failure("/c\(count)")?.code == .truncated, "\(count) bytes, chunked")
            }
            #expect(await client.body("/w\(whole.count)") == body)
            #expect(await client.body("/c\(chunks.count)") == body)
        }
    }

    @Test("cannot be told where nothing gives its length: the end of the connection is its end")
    func endOfConnection() async throws {
        let server = try ScriptedServer { request in
            [
                .send(Wire.head(version: request.target == "/1.0" ? "HTTP/1.0" : "HTTP/1.1") + Samples.text),
                .close,
            ]
        }
        try await withClient(of: server) { client in
            for path in ["/1.0", "/1.1"] {
                let response = try await client.get(path)
                #expect(response.body == Samples.text)
                #expect(response.attempts == 1)
            }
        }
    }

    @Test("is repeated with growing waits within the total time, which then ends it")
    func totalTime() async throws {
        let server = try ScriptedServer { _ in Damage.shortBody.steps }
        try await withClient(
            of: server,
            change: {
                $0.attempts = .max
                $0.totalTimeout = .milliseconds(300)
            }
        ) { client in
            let error = try #require(await client.failure())
            #expect(error.code == .timeout || error.code == .truncated)
            #expect(error.attempts >= 1)
        }
    }

    @Test("30 % of the time: 500 fetches, none wrong, none failed")
    func flaky() async throws {
        let server = try ScriptedServer { request in
            var generator = SeededGenerator(state: UInt64(request.index) &* 7919 &+ 42)
            let body = Self.body(for: request.target)
            let whole =
                Bool.random(using: &generator) ? Wire.answer(body) : Wire.chunked(body, size: 512)
            guard Int.random(in: 0..<100, using: &generator) < 30 else { return [.send(whole)] }
            // The two bytes that end the last chunk carry nothing, so an answer without them would be whole.
            let kept = Int.random(in: 0..<(whole.count - 2), using: &generator)
            return [.send(Array(whole.prefix(kept))), Bool.random(using: &generator) ? .close : .reset]
        }
        try await withClient(of: server) { client in
            let repeated = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<500 {
                    group.addTask {
                        let response = try await client.get("/module\(index).mjs")
                        #expect(response.body == Self.body(for: "/module\(index).mjs"))
                        return response.attempts - 1
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(repeated > 50)
            #expect(server.requests.count >= 500 + repeated)
        }
    }

    private static func body(for target: String) -> [UInt8] {
        var generator = SeededGenerator(
            state: UInt64(target.utf8.reduce(0) { ($0 &* 31 &+ UInt64($1)) % 65_521 }))
        let lines = Int.random(in: 1...200, using: &generator)
        return Array(
            (0..<lines).map { "export const \(target.dropFirst().prefix(6))\($0) = \($0);\n" }.joined().utf8)
    }
}
