import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing

@testable import WebSocketDeflate

/// Messages in and out when everybody keeps to the rules.
@Suite struct MessageTests {
    /// A conversation with everything in it; what must come of it.
    private static let conversation: [ClientFrame] = [
        .text("hello"),
        ClientFrame(opcode: 2, payload: Array(0...255)),
        .text(""),
        ClientFrame(opcode: 2, payload: []),
        .text("frag", fin: false),
        ClientFrame(opcode: 9, payload: [1, 2, 3]),
        ClientFrame(opcode: 0, payload: [], fin: false),
        ClientFrame(opcode: 10, payload: Array(repeating: 9, count: 125)),
        ClientFrame(opcode: 0, payload: Array("mented".utf8)),
        .text("", fin: false), ClientFrame(opcode: 0, payload: [], fin: false),
        ClientFrame(opcode: 0, payload: []),
        ClientFrame(opcode: 1, payload: Array("no mask".utf8), key: [0, 0, 0, 0]),
        ClientFrame(opcode: 2, payload: Array(repeating: 5, count: 70_000)),
        ClientFrame(opcode: 9, payload: []),
    ]
    private static let outcome: [Received] = [
        .text("hello"), .binary(Array(0...255)), .text(""), .binary([]), .pong, .text("fragmented"),
        .text(""),
        .text("no mask"), .binary(Array(repeating: 5, count: 70_000)),
    ]

    @Test(arguments: [1, 2, 3, 5, 7, 13, 14, 64, 1000, 4096, Int.max])
    func readsOfAnySize(chop: Int) throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(bytes: Self.conversation.flatMap(\.bytes), chop: chop)
        #expect(try connection.received() == Self.outcome)
        let pongs = [ServerFrame(opcode: 10, payload: [1, 2, 3]), ServerFrame(opcode: 10, payload: [])]
        #expect(try connection.sent() == pongs)
        #expect(connection.handler.isOpen)
        #expect(connection.handler.receivedBytes == UInt64(Self.conversation.flatMap(\.bytes).count))
    }

    @Test func framesOfNIOsOwnEncoder() throws {
        let client = EmbeddedChannel(handler: WebSocketFrameEncoder())
        let connection = try TestConnection()
        defer { connection.finish() }
        for size in [0, 1, 125, 126, 65535, 65536, 200_000] {
            let bytes = [UInt8].noise(size, seed: UInt64(size))
            try client.writeOutbound(
                WebSocketFrame(
                    fin: true, opcode: .binary, maskKey: [1, 2, 3, 4], data: ByteBuffer(bytes: bytes)))
            while let part = try client.readOutbound(as: ByteBuffer.self) {
                try connection.channel.writeInbound(part)
            }
            #expect(try connection.received() == [.binary(bytes)])
        }
        _ = try client.finish()
    }

    @Test func maskingAtEveryOffset() {
        let key: [UInt8] = [0xDE, 0xAD, 0xBE, 0xEF]
        let word = key.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
        for offset in 0..<9 {
            for count in 0..<40 {
                var bytes = (0..<UInt8(count)).map { $0 }
                bytes.withUnsafeMutableBytes { WebSocketMask.apply($0, key: word, offset: offset) }
                #expect(bytes == (0..<count).map { UInt8($0) ^ key[($0 + offset) % 4] })
            }
        }
    }

    @Test func outboundLengths() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        for size in [0, 1, 125, 126, 65535, 65536, 300_000] {
            let bytes = [UInt8].noise(size, seed: UInt64(size))
            let message = OutboundMessage(
                kind: .binary, prefix: ByteBuffer(string: "ab"), body: ByteBuffer(bytes: bytes))
            try connection.channel.writeOutbound(WebSocketOutbound.message(message))
            #expect(
                try connection.sent() == [ServerFrame(opcode: 2, payload: Array("ab".utf8) + bytes)])
        }
    }

    @Test func outboundFragments() throws {
        let connection = try TestConnection(.init(fragmentBytes: 4))
        defer { connection.finish() }
        for (text, parts) in [("", [""]), ("abcd", ["abcd"]), ("abcdefghij", ["abcd", "efgh", "ij"])] {
            connection.handler.write(OutboundMessage(kind: .text, body: ByteBuffer(string: text)))
            connection.handler.flush()
            let frames = try connection.sent()
            #expect(frames.map { String(decoding: $0.payload, as: UTF8.self) } == parts)
            #expect(frames.map(\.fin) == parts.indices.map { $0 == parts.count - 1 })
            #expect(frames.map(\.opcode) == parts.indices.map { $0 == 0 ? 1 : 0 })
        }
    }

    @Test func inboundEventsNeedNoBox() {
        // Three words are what an existential holds without an allocation per message.
        #expect(MemoryLayout<WebSocketInbound>.size <= 3 * MemoryLayout<Int>.size)
    }
}

/// When frames leave.
@Suite struct CoalescingTests {
    /// Echoes through the handler's own functions.
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = WebSocketInbound
        let handler: WebSocketMessageHandler

        init(_ handler: WebSocketMessageHandler) { self.handler = handler }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .text(let text) = unwrapInboundIn(data) else { return }
            handler.write(OutboundMessage(kind: .text, body: text))
            handler.flush()
        }
    }

    @Test func oneWritePerRead() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.channel.pipeline.syncOperations.addHandler(Echo(connection.handler))
        let frames = (0..<50).map { ClientFrame.text("message \($0)") }
        try connection.send(bytes: frames.flatMap(\.bytes) + ClientFrame(opcode: 9, payload: []).bytes)
        #expect(connection.socket.writes == 1)
        #expect(connection.socket.flushes == 1)
        let expected = (0..<50).map { ServerFrame.text("message \($0)") }
        #expect(try connection.sent() == expected + [ServerFrame(opcode: 10, payload: [])])
        #expect(connection.handler.coalescedBytes == 0)
    }

    /// Writes at the end of a read, as a session that collects its answers does.
    private final class LateWriter: ChannelInboundHandler {
        typealias InboundIn = WebSocketInbound
        let handler: WebSocketMessageHandler

        init(_ handler: WebSocketMessageHandler) { self.handler = handler }

        func channelReadComplete(context: ChannelHandlerContext) {
            handler.write(OutboundMessage(kind: .text, body: ByteBuffer(string: "late")))
            handler.flush()
        }
    }

    @Test func whatIsWrittenAtTheEndOfAReadGoesAlong() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.channel.pipeline.syncOperations.addHandler(LateWriter(connection.handler))
        try connection.send(ClientFrame(opcode: 9, payload: []))
        #expect(connection.socket.writes == 1)
        #expect(try connection.sent() == [ServerFrame(opcode: 10, payload: []), .text("late")])
    }

    @Test func nothingLeavesBeforeTheFlush() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        let promise = connection.channel.eventLoop.makePromise(of: Void.self)
        let second = connection.channel.eventLoop.makePromise(of: Void.self)
        let body = ByteBuffer(string: "a")
        connection.handler.write(.message(OutboundMessage(kind: .text, body: body)), promise: promise)
        connection.handler.write(.ping(ByteBuffer(string: "p")), promise: second)
        #expect(try connection.sent().isEmpty)
        #expect(connection.handler.coalescedBytes == 6)
        connection.handler.flush()
        try promise.futureResult.wait()
        try second.futureResult.wait()
        #expect(try connection.sent() == [.text("a"), ServerFrame(opcode: 9, payload: Array("p".utf8))])
    }

    @Test func muchIsHandedOverEarlySoThatWritabilityKnows() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        let message = OutboundMessage(kind: .binary, body: ByteBuffer(repeating: 1, count: 10_000))
        for _ in 0..<20 { connection.handler.write(message) }
        #expect(connection.handler.coalescedBytes <= WebSocketLimits.coalescedBytes)
        #expect(connection.socket.writes > 0)
        connection.handler.flush()
        #expect(try connection.sent().count == 20)
    }

    @Test func onlyTheLatestPingIsAnsweredToAPeerThatDoesNotRead() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        connection.channel.isWritable = false
        connection.channel.pipeline.fireChannelWritabilityChanged()
        for index in 0..<100 { try connection.send(ClientFrame(opcode: 9, payload: [UInt8(index)])) }
        #expect(try connection.sent().isEmpty)
        connection.channel.isWritable = true
        connection.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try connection.sent() == [ServerFrame(opcode: 10, payload: [99])])
    }

    /// Writes when the channel reports a change of writability, in the middle of another write.
    private final class Interrupter: ChannelDuplexHandler {
        typealias InboundIn = WebSocketInbound
        typealias OutboundIn = ByteBuffer
        var handler: WebSocketMessageHandler?

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            context.write(data, promise: promise)
            guard let handler else { return }
            self.handler = nil
            handler.write(.ping(ByteBuffer(string: "between")))
            handler.flush()
        }
    }

    @Test func aWriteFromWithinAWriteDoesNotTearAFrameApart() throws {
        let interrupter = Interrupter()
        let handler = WebSocketMessageHandler(configuration: .init())
        let channel = EmbeddedChannel(handlers: [interrupter, handler])
        defer { _ = try? channel.finish() }
        interrupter.handler = handler
        let body = [UInt8].noise(100_000, seed: 1)
        handler.write(OutboundMessage(kind: .binary, body: ByteBuffer(bytes: body)))
        handler.flush()
        var bytes: [UInt8] = []
        while let part = try channel.readOutbound(as: ByteBuffer.self) { bytes += Array(buffer: part) }
        let expected = [
            ServerFrame(opcode: 2, payload: body), ServerFrame(opcode: 9, payload: Array("between".utf8)),
        ]
        #expect(try ServerFrame.parse(bytes) == expected)
    }
}
