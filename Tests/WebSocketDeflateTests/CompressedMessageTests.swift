import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocketDeflate

/// Compressed messages through the handler (RFC 7692 sections 6 and 7.2).
@Suite struct CompressedMessageTests {
    private func connection(
        serverMaxWindowBits: Int = 15, maxMessageBytes: Int = 1 << 20, threshold: Int = 0,
        fragmentBytes: Int? = nil, compressOutbound: Bool = true
    ) throws -> TestConnection {
        try TestConnection(
            .init(
                parameters: PermessageDeflate(serverMaxWindowBits: serverMaxWindowBits),
                maxMessageBytes: maxMessageBytes, compressOutbound: compressOutbound,
                deflateThreshold: threshold, fragmentBytes: fragmentBytes))
    }

    @Test(arguments: [1, 5, 1000, Int.max])
    func inbound(chop: Int) throws {
        let connection = try connection()
        defer { connection.finish() }
        let text = String(repeating: "compressed κόσμε ", count: 200)
        let deflated = ReferenceDeflate.deflate(Array(text.utf8))
        let third = deflated.count / 3
        let frames = [
            ClientFrame(opcode: 1, payload: deflated, rsv: 4),
            // In fragments: RSV1 on the first only, control frames in between.
            ClientFrame(opcode: 1, payload: Array(deflated[..<third]), fin: false, rsv: 4),
            ClientFrame(opcode: 9, payload: [1]),
            ClientFrame(opcode: 0, payload: Array(deflated[third..<(2 * third)]), fin: false),
            ClientFrame(opcode: 0, payload: [], fin: false),
            ClientFrame(opcode: 0, payload: Array(deflated[(2 * third)...])),
            // Not compressed, though it was negotiated.
            .text("plain"),
            ClientFrame(opcode: 2, payload: ReferenceDeflate.deflate([0xFF, 0xFE]), rsv: 4),
            // Empty messages: as the RFC has it, with nothing at all, and in empty fragments.
            ClientFrame(opcode: 1, payload: [0], rsv: 4),
            ClientFrame(opcode: 1, payload: [], rsv: 4),
            ClientFrame(opcode: 2, payload: [], fin: false, rsv: 4), ClientFrame(opcode: 0, payload: [0]),
        ]
        try connection.send(bytes: frames.flatMap(\.bytes), chop: chop)
        #expect(
            try connection.received() == [
                .text(text), .text(text), .text("plain"), .binary([0xFF, 0xFE]), .text(""), .text(""),
                .binary([]),
            ])
        #expect(try connection.sent() == [ServerFrame(opcode: 10, payload: [1])])
    }

    @Test func corruptData() throws {
        let good = ReferenceDeflate.deflate(Array("a message that is cut off in the middle".utf8))
        for payload in [[0xFF, 0xFF], Array(good.dropLast(3)), Array(good.dropFirst())] {
            let connection = try connection()
            defer { connection.finish() }
            try connection.send(ClientFrame(opcode: 2, payload: payload, rsv: 4))
            try connection.expectFailure(1007)
        }
    }

    @Test func textThatIsNotUTF8() throws {
        let connection = try connection()
        defer { connection.finish() }
        try connection.send(
            ClientFrame(opcode: 1, payload: ReferenceDeflate.deflate([0x61, 0xC3, 0x28]), rsv: 4))
        try connection.expectFailure(1007)
    }

    @Test func inflatedSizeIsCapped() throws {
        let connection = try connection(maxMessageBytes: 100_000)
        defer { connection.finish() }
        let full = [UInt8](repeating: 0, count: 100_000)
        try connection.send(ClientFrame(opcode: 2, payload: ReferenceDeflate.deflate(full), rsv: 4))
        #expect(try connection.received() == [.binary(full)])
        try connection.send(ClientFrame(opcode: 2, payload: ReferenceDeflate.deflate(full + [0]), rsv: 4))
        try connection.expectFailure(1009)
    }

    @Test func incompressibleMessageOfTheFullSizeIsAccepted() throws {
        let bytes = [UInt8].noise(100_000, seed: 5)
        let connection = try connection(maxMessageBytes: bytes.count)
        defer { connection.finish() }
        let deflated = ReferenceDeflate.deflate(bytes)
        #expect(deflated.count > bytes.count)
        try connection.send(ClientFrame(opcode: 2, payload: deflated, rsv: 4))
        #expect(try connection.received() == [.binary(bytes)])
    }

    @Test func compressedSizeIsCappedToo() throws {
        let connection = try connection(maxMessageBytes: 1000)
        defer { connection.finish() }
        let header = ClientFrame(opcode: 2, payload: .noise(2000, seed: 1), rsv: 4).bytes.prefix(8)
        try connection.send(bytes: Array(header))
        try connection.expectFailure(1009)
    }

    /// What a client with a window of `windowBits` reads.
    private func inflated(_ frames: [ServerFrame], windowBits: Int32 = 15) -> String? {
        guard frames.first?.rsv == 4, frames.dropFirst().allSatisfy({ $0.rsv == 0 && $0.opcode == 0 }),
            frames.map(\.fin) == frames.indices.map({ $0 == frames.count - 1 })
        else { return nil }
        return ReferenceDeflate.inflate(frames.flatMap(\.payload), windowBits: windowBits).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test(arguments: [nil, 1, 7, 100] as [Int?])
    func outbound(fragmentBytes: Int?) throws {
        let body = ByteBuffer(string: String(repeating: "outbound text, ", count: 30))
        let whole = "prefix " + String(buffer: body)
        let prefix = ByteBuffer(string: "prefix ")
        let messages = [
            OutboundMessage(kind: .text, prefix: prefix, body: body),
            OutboundMessage(
                kind: .text, prefix: prefix, body: body, deflatedBody: try MessageDeflater().deflate(body)),
        ]
        for message in messages {
            for windowBits in [15, 9] {
                let connection = try connection(serverMaxWindowBits: windowBits, fragmentBytes: fragmentBytes)
                defer { connection.finish() }
                for _ in 0..<2 {
                    try connection.channel.writeOutbound(WebSocketOutbound.message(message))
                    #expect(inflated(try connection.sent(), windowBits: Int32(windowBits)) == whole)
                }
            }
        }
    }

    @Test func emptyMessage() throws {
        let connection = try connection()
        defer { connection.finish() }
        let empty = ByteBuffer()
        let deflated = try MessageDeflater().deflate(empty)
        for message in [
            OutboundMessage(kind: .text, body: empty),
            OutboundMessage(kind: .text, body: empty, deflatedBody: deflated),
        ] {
            try connection.channel.writeOutbound(WebSocketOutbound.message(message))
            let frames = try connection.sent()
            #expect(frames == [ServerFrame(rsv: 4, opcode: 1, payload: [0])])
            #expect(inflated(frames) == "")
        }
    }

    @Test func whenMessagesAreSentAsTheyAre() throws {
        let body = ByteBuffer(string: "short")
        let deflated = try MessageDeflater().deflate(body)
        let plain = OutboundMessage(kind: .text, body: body)
        let both = OutboundMessage(kind: .text, body: body, deflatedBody: deflated)
        // (configuration, message)
        let cases: [(WebSocketMessageHandler.Configuration, OutboundMessage)] = [
            (.init(), both),
            (.init(parameters: PermessageDeflate(), compressOutbound: false, deflateThreshold: 0), plain),
            (.init(parameters: PermessageDeflate(serverMaxWindowBits: 9), compressOutbound: false), both),
            (.init(parameters: PermessageDeflate(), deflateThreshold: 6), plain),
            (.init(parameters: PermessageDeflate(serverMaxWindowBits: 14), deflateThreshold: 6), both),
        ]
        for (configuration, message) in cases {
            let connection = try TestConnection(configuration)
            defer { connection.finish() }
            try connection.channel.writeOutbound(WebSocketOutbound.message(message))
            #expect(try connection.sent() == [.text("short")])
        }
    }

    @Test func codecPerEventLoop() throws {
        let pool = WebSocketCodecPool()
        let first = EmbeddedEventLoop()
        let second = EmbeddedEventLoop()
        #expect(pool.codec(on: first) === pool.codec(on: first))
        #expect(pool.codec(on: first) !== pool.codec(on: second))
    }

    @Test func connectionsShareACodec() throws {
        let codec = WebSocketCodec()
        func assembler() -> WebSocketMessageAssembler {
            WebSocketMessageAssembler(deflate: PermessageDeflate(), codec: codec)
        }
        var first = assembler()
        var second = assembler()
        func bytes(_ text: String) -> [UInt8] {
            let deflated = ReferenceDeflate.deflate(Array(text.utf8))
            return ClientFrame(opcode: 1, payload: deflated, rsv: 4).bytes
        }
        // The second message comes in the middle of the first.
        let one = bytes("message one, one, one")
        first.receive(ByteBuffer(bytes: one[..<10]))
        if let event = first.next() { Issue.record("\(event)") }
        second.receive(ByteBuffer(bytes: bytes("message two, two, two")))
        guard case .text(let two)? = second.next() else { return #expect(Bool(false)) }
        first.receive(ByteBuffer(bytes: one[10...]))
        guard case .text(let rest)? = first.next() else { return #expect(Bool(false)) }
        #expect(String(buffer: two) == "message two, two, two")
        #expect(String(buffer: rest) == "message one, one, one")
    }
}
