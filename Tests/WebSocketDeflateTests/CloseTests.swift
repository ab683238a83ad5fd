import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocketDeflate

/// RFC 6455 sections 5.5.1 and 7.
@Suite struct CloseTests {
    @Test func peerCloses() throws {
        for (code, answer) in [(UInt16(1000), UInt16?(1000)), (4999, 4999), (1001, 1001)] {
            let connection = try TestConnection()
            defer { connection.finish() }
            try connection.send(.close(code, "bye ✓"))
            #expect(try connection.received() == [.closed(code, "bye ✓")])
            let frames = try connection.sent()
            #expect(frames.map(\.closeCode) == [answer])
            #expect(frames.first?.payload.count == 2)
            #expect(connection.socket.isOutputShut)
            #expect(!connection.handler.isOpen)
        }
    }

    @Test func peerClosesWithoutACode() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(.close(nil))
        #expect(try connection.received() == [.closed(1005, "")])
        #expect(try connection.sent() == [ServerFrame(opcode: 8, payload: [])])
    }

    @Test func codes() throws {
        let allowed: [UInt16] = [
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
        ]
        let refused: [UInt16] = [
            0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535,
        ]
        for code in allowed + refused {
            let connection = try TestConnection()
            defer { connection.finish() }
            try connection.send(.close(code))
            let isAllowed = allowed.contains(code)
            #expect(try connection.sent().map(\.closeCode) == [isAllowed ? code : 1002], "\(code)")
        }
    }

    @Test func malformedPayloads() throws {
        let cases: [(payload: [UInt8], code: UInt16)] = [
            ([3], 1002), ([3, 232, 0xFF], 1007), ([3, 232, 0xC3], 1007), ([0, 0, 0xFF], 1002),
        ]
        for (payload, code) in cases {
            let connection = try TestConnection()
            defer { connection.finish() }
            try connection.send(ClientFrame(opcode: 8, payload: payload))
            try connection.expectFailure(code)
        }
    }

    @Test func longestReason() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        let reason = String(repeating: "r", count: 123)
        try connection.send(bytes: ClientFrame.close(1000, reason).bytes, chop: 1)
        #expect(try connection.received() == [.closed(1000, reason)])
    }

    @Test func framesAfterCloseAreIgnored() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(
            .text("before"), .close(1000), .text("after"), ClientFrame(opcode: 9, payload: []))
        try connection.send(.text("later"), .close(1001))
        try connection.send(bytes: [0xFF, 0xFF, 0xFF])
        #expect(try connection.received() == [.text("before"), .closed(1000, "")])
        #expect(try connection.sent().map(\.closeCode) == [1000])
    }

    @Test func closeInsideAFragmentedMessage() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(.text("a", fin: false), .close(1000), ClientFrame(opcode: 0, payload: []))
        #expect(try connection.received() == [.closed(1000, "")])
    }

    @Test func writesAfterCloseAreDropped() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(.close(1000))
        _ = try connection.sent()
        let message = OutboundMessage(kind: .text, body: ByteBuffer(string: "late"))
        #expect(throws: WebSocketClosedError.self) {
            try connection.channel.writeOutbound(WebSocketOutbound.message(message))
        }
        #expect(throws: WebSocketClosedError.self) {
            try connection.channel.writeOutbound(WebSocketOutbound.close(code: 1001, reason: ""))
        }
        connection.handler.write(message)
        connection.handler.flush()
        #expect(try connection.sent().isEmpty)
    }

    @Test func weClose() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        let body = ByteBuffer(string: "last words")
        connection.handler.write(OutboundMessage(kind: .text, body: body))
        connection.handler.write(.close(code: 1001, reason: "going away"))
        let frames = try connection.sent()
        #expect(frames.first == .text("last words"))
        #expect(frames.last?.closeCode == 1001)
        #expect(frames.last?.payload.dropFirst(2) == ArraySlice("going away".utf8))
        #expect(!connection.handler.isOpen)
        // What is still under way is dropped until the peer's Close frame comes.
        try connection.send(.text("under way"), ClientFrame(opcode: 9, payload: []))
        #expect(try connection.received().isEmpty)
        #expect(!connection.socket.isOutputShut)
        try connection.send(.close(1001))
        #expect(try connection.received() == [.closed(1001, "")])
        #expect(try connection.sent().isEmpty)
        #expect(connection.socket.isOutputShut)
    }

    @Test func weCloseAndThePeerBreaksTheProtocol() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        connection.handler.write(.close(code: 1000, reason: ""))
        _ = try connection.sent()
        try connection.send(ClientFrame(opcode: 3, payload: []))
        #expect(try connection.sent().isEmpty)
        #expect(try connection.received().count == 1)
        #expect(connection.socket.isOutputShut)
    }

    @Test func reasonIsCutBetweenCharacters() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        connection.handler.write(.close(code: 1000, reason: String(repeating: "✓", count: 60)))
        let payload = try #require(try connection.sent().first?.payload)
        #expect(String(validating: payload.dropFirst(2), as: UTF8.self) == String(repeating: "✓", count: 41))
    }

    @Test func codeWithoutAFrameBody() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        connection.handler.write(.close(code: 1005, reason: "ignored"))
        #expect(try connection.sent() == [ServerFrame(opcode: 8, payload: [])])
    }

    // The embedded event loop's clock is advanced by hand, so these wait for nothing.

    @Test func peerThatDoesNotAnswerOurClose() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        connection.handler.write(.close(code: 1000, reason: ""))
        connection.channel.embeddedEventLoop.advanceTime(by: .milliseconds(999))
        #expect(connection.channel.isActive)
        connection.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!connection.channel.isActive)
        #expect(try connection.received() == [.closed(1006, "")])
    }

    @Test func peerThatDoesNotEndAfterTheHandshake() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(.close(1000))
        #expect(connection.channel.isActive)
        connection.channel.embeddedEventLoop.advanceTime(by: WebSocketLimits.closeHandshake)
        #expect(!connection.channel.isActive)
        #expect(try connection.received() == [.closed(1000, "")])
    }

    @Test func peerThatTakesNothing() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.channel.pipeline.syncOperations.addHandler(Stuck(), position: .first)
        connection.handler.write(.close(code: 1000, reason: ""))
        connection.channel.embeddedEventLoop.advanceTime(by: .milliseconds(2999))
        #expect(connection.channel.isActive)
        connection.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!connection.channel.isActive)
        #expect(try connection.received() == [.closed(1006, "")])
    }

    /// A socket that never becomes writable again.
    private final class Stuck: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        private var promises: [EventLoopPromise<Void>] = []

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if let promise { promises.append(promise) }
        }

        func handlerRemoved(context: ChannelHandlerContext) {
            for promise in promises { promise.fail(ChannelError.ioOnClosedChannel) }
        }
    }

    @Test func connectionLost() throws {
        let connection = try TestConnection()
        let promise = connection.channel.eventLoop.makePromise(of: Void.self)
        let message = OutboundMessage(kind: .text, body: ByteBuffer(string: "unsent"))
        connection.handler.write(message, promise: promise)
        connection.channel.pipeline.fireChannelInactive()
        #expect(try connection.received() == [.closed(1006, "")])
        #expect(throws: (any Error).self) { try promise.futureResult.wait() }
        connection.finish()
    }

    @Test func halfClosedSocket() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        let body = ByteBuffer(string: "still sent")
        connection.handler.write(OutboundMessage(kind: .text, body: body))
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(try connection.sent() == [.text("still sent")])
        #expect(try connection.received() == [.closed(1006, "")])
        #expect(connection.socket.isOutputShut)
        connection.channel.embeddedEventLoop.advanceTime(by: WebSocketLimits.closeHandshake)
        #expect(!connection.channel.isActive)
    }

    @Test func endOfStreamAfterTheHandshakeClosesAtOnce() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(.close(1000))
        #expect(connection.channel.isActive)
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!connection.channel.isActive)
    }

    @Test func channelThatCannotBeShutOnOneSide() throws {
        let handler = WebSocketMessageHandler(configuration: .init())
        let channel = EmbeddedChannel(handler: handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(bytes: ClientFrame.close(1000).bytes))
        #expect(!channel.isActive)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test func userThatClosesInsideAMessage() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        let closer = Closer(connection.handler)
        try connection.channel.pipeline.syncOperations.addHandler(closer)
        try connection.send(.text("one"), .text("two"), .close(1008))
        #expect(closer.events == [.text("one"), .closed(1008, "")])
        #expect(try connection.sent().map(\.closeCode) == [1008])
    }

    /// Closes on the first message.
    private final class Closer: ChannelInboundHandler {
        typealias InboundIn = WebSocketInbound
        let handler: WebSocketMessageHandler
        var events: [Received] = []

        init(_ handler: WebSocketMessageHandler) { self.handler = handler }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            events.append(Received(unwrapInboundIn(data)))
            handler.write(.close(code: 1008, reason: "no"))
        }
    }
}
