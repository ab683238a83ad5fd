import Testing

@testable import Upstream

@Suite("A compressed body", .timeLimit(.minutes(2)))
struct EncodingTests {
    enum Coding: String, CaseIterable, Sendable {
        case gzip, deflate, br, zstd

        var bytes: [UInt8] {
            switch self {
            case .gzip: Samples.gzip
            case .deflate: Samples.deflate
            case .br: Samples.brotli
            case .zstd: Samples.zstd
            }
        }
    }

    @Test("is decoded, asked for or not", arguments: Coding.allCases, [nil, true])
    func decoded(coding: Coding, asks: Bool?) async throws {
        let server = try ScriptedServer { request in
            let headers = ["Content-Encoding: \(coding.rawValue)", "ETag: W/\"1\""]
            return [
                .send(
                    request.target == "/chunked"
                        ? Wire.chunked(coding.bytes, size: 50, headers: headers)
                        : Wire.answer(coding.bytes, headers: headers))
            ]
        }
        try await withClient(of: server, change: { $0.asksForCompression = asks }) { client in
            for path in ["/whole", "/chunked"] {
                let response = try await client.get(path)
                #expect(response.body == Samples.text)
                #expect(response.header("Content-Encoding") == nil)
                #expect(response.header("Content-Length") == nil)
                #expect(response.etag == "W/\"1\"")
                #expect(response.attempts == 1)
            }
            #expect(
                server.requests.first?.header("Accept-Encoding")
                    == (asks == true ? "gzip, deflate" : "identity"))
        }
    }

    // Brotli and zstd are never asked for; where they come all the same, libcurl decodes them, and cannot tell this.
    @Test(
        "that ends early in a frame of the right length is asked for again",
        arguments: [Coding.gzip, .deflate])
    func cut(coding: Coding) async throws {
        let server = try ScriptedServer { request in
            let cut = Array(coding.bytes.dropLast(request.index * 13 + 1))
            let headers = ["Content-Encoding: \(coding.rawValue)"]
            return switch request.index {
            case 0: [.send(Wire.answer(cut, headers: headers))]
            case 1: [.send(Wire.chunked(cut, size: 64, headers: headers))]
            default: [.send(Wire.answer(coding.bytes, headers: headers))]
            }
        }
        try await withClient(of: server) { client in
            let response = try await client.get()
            #expect(response.body == Samples.text)
            #expect(response.attempts == 3)
        }
    }

    @Test("that is damaged is never handed on", arguments: Coding.allCases)
    func damaged(coding: Coding) async throws {
        var bytes = coding.bytes
        for index in bytes.indices.dropFirst(20).prefix(60) { bytes[index] ^= 0xa5 }
        let spoilt = bytes
        let server = try ScriptedServer(answer: [
            .send(Wire.answer(spoilt, headers: ["Content-Encoding: \(coding.rawValue)"]))
        ])
        try await withClient(of: server, change: { $0.attempts = 2 }) { client in
            let error = try #require(await client.failure())
            #expect(error.code == .truncated)
            #expect(error.attempts == 2)
        }
    }

    @Test("is told from a whole one wherever it is cut", arguments: [Coding.gzip, .deflate])
    func everyLength(coding: Coding) async throws {
        let server = try ScriptedServer { request in
            let cut = Array(coding.bytes.prefix(Int(request.target.dropFirst()) ?? 0))
            return [.send(Wire.answer(cut, headers: ["Content-Encoding: \(coding.rawValue)"]))]
        }
        try await withClient(of: server, change: { $0.attempts = 1 }) { client in
            for count in 1..<coding.bytes.count {
                #expect(await client.failure("/\(count)")?.code == .truncated, "\(count) bytes")
            }
            #expect(await client.body("/\(coding.bytes.count)") == Samples.text)
            // No bytes at all are an empty body, not a compressed one.
            #expect(await client.body("/0") == [])
        }
    }

    @Test("may come without zlib's header, in several gzip members, with padding, and byte by byte")
    func variants() async throws {
        // The zlib header is 2 bytes, the checksum behind the data 4.
        let raw = Array(Samples.deflate.dropFirst(2).dropLast(4))
        let variants: [String: (coding: String, bytes: [UInt8], text: [UInt8])] = [
            "/raw": ("deflate", raw, Samples.text),
            "/members": ("x-gzip", Samples.gzip + Samples.gzip, Samples.text + Samples.text),
            "/padded": ("GZIP", Samples.gzip + [0, 0, 0], Samples.text),
        ]
        let server = try ScriptedServer { request in
            guard let variant = variants[request.target] else { return [.close] }
            return [.trickle(Wire.answer(variant.bytes, headers: ["Content-Encoding: \(variant.coding)"]))]
        }
        try await withClient(of: server) { client in
            for (path, variant) in variants {
                #expect(await client.body(path) == variant.text, "\(path)")
            }
        }
    }

    @Test("of which a part was asked for is handed on as it is")
    func range() async throws {
        let part = Array(Samples.gzip.prefix(100))
        let server = try ScriptedServer(answer: [
            .send(Wire.answer(part, status: "206 Partial Content", headers: ["Content-Encoding: gzip"]))
        ])
        try await withClient(of: server, change: { $0.asksForCompression = true }) { client in
            let response = try await client.fetch(
                UpstreamRequest(pathAndQuery: "/a", headers: [("Range", "bytes=0-99")]))
            #expect(response.body == part)
            #expect(response.header("Content-Encoding") == "gzip")
            #expect(server.requests.first?.header("Accept-Encoding") == "identity")
        }
    }

    @Test("that swells beyond the limit is refused")
    func bomb() async throws {
        let server = try ScriptedServer(answer: [
            .send(Wire.answer(Samples.gzip, headers: ["Content-Encoding: gzip"]))
        ])
        try await withClient(of: server) { client in
            let request = UpstreamRequest(pathAndQuery: "/a", maxBodyBytes: Samples.text.count - 1)
            let error = try #require(await client.failure(of: request))
            #expect(error.code == .tooLarge)
            let exact = UpstreamRequest(pathAndQuery: "/a", maxBodyBytes: Samples.text.count)
            #expect(await client.body(of: exact) == Samples.text)
        }
    }

    @Test("keeps its head when only the head is asked for")
    func head() async throws {
        let server = try ScriptedServer(answer: [
            .send(Wire.head(headers: ["Content-Encoding: gzip", "Content-Length: 99"]))
        ])
        try await withClient(of: server) { client in
            let response = try await client.fetch(UpstreamRequest(pathAndQuery: "/a", method: .head))
            #expect(response.header("Content-Encoding") == "gzip")
            #expect(response.body.isEmpty)
        }
    }
}
