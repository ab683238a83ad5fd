import NIOCore

/// The WebSocket end of a server's connection: bytes in, messages out, and the other way round.
///
/// Goes into the pipeline once the upgrade's response has been written; no other WebSocket handler is needed.
/// It answers pings, enforces RFC 6455 and RFC 7692 and the message limit, replies with the right close code,
/// carries out the closing handshake and closes the channel. Frames written during one read are sent together
/// when it ends.
///
/// All calls on the channel's event loop. Whoever fires bytes at it that were read before it was added also fires
/// `channelReadComplete`. `channel.isWritable` tells when the peer is slow; reading goes on by
/// itself, so whoever answers every message puts NIO's `BackPressureHandler` before this one or does likewise.
package final class WebSocketMessageHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = WebSocketInbound
    package typealias OutboundIn = WebSocketOutbound
    package typealias OutboundOut = ByteBuffer

    /// How a connection is run.
    package struct Configuration: Sendable {
        /// What was negotiated; nil: no permessage-deflate.
        package var parameters: PermessageDeflate?
        /// Largest message accepted, in bytes after inflation; above it the connection is closed with 1009.
        package var maxMessageBytes: Int
        /// Whether messages without a `deflatedBody` that this client can read are deflated on the event loop.
        ///
        /// Independent of this, a `deflatedBody` is used whenever the client's window is large enough for it.
        package var compressOutbound: Bool
        /// Messages shorter than this many bytes are not deflated on the event loop.
        package var deflateThreshold: Int
        /// Messages are sent in frames of at most this many bytes; nil: in one frame.
        package var fragmentBytes: Int?

        /// A configuration; see the properties.
        ///
        /// - Parameters:
        ///   - parameters: What was negotiated.
        ///   - maxMessageBytes: In bytes after inflation.
        ///   - compressOutbound: Has no effect without `parameters`.
        ///   - deflateThreshold: In bytes.
        ///   - fragmentBytes: In bytes, at least 1.
        package init(
            parameters: PermessageDeflate? = nil, maxMessageBytes: Int = WebSocketLimits.messageBytes,
            compressOutbound: Bool = true, deflateThreshold: Int = WebSocketLimits.deflateThreshold,
            fragmentBytes: Int? = nil
        ) {
            self.parameters = parameters
            self.maxMessageBytes = maxMessageBytes
            self.compressOutbound = compressOutbound
            self.deflateThreshold = deflateThreshold
            self.fragmentBytes = fragmentBytes.map { max($0, 1) }
        }
    }

    enum Phase {
        case open
        /// Our Close frame is written; the peer's has not come.
        case closeSent
        /// Both Close frames are done with, or the connection is being failed: only the flush is waited for.
        case ending
        /// Our side is shut; the peer's end of stream is waited for.
        case lingering
        case closed
    }

    let configuration: Configuration
    let codec: WebSocketCodec
    private var assembler: WebSocketMessageAssembler
    var context: ChannelHandlerContext?
    var phase = Phase.open
    let writer = WebSocketFrameWriter()
    var closeTimer: Scheduled<Void>?
    /// Inside `channelRead` … `channelReadComplete`: flushes wait for its end.
    private var isReading = false
    private var flushAfterRead = false
    /// The last ping that came while the channel was not writable.
    ///
    /// Only the most recent must be answered
    /// (RFC 6455 section 5.5.3), so a peer that does not read cannot make us hoard pongs.
    private var unansweredPing: ByteBuffer?

    /// Bytes received since the beginning, of whatever kind: a change means that the peer is alive.
    package private(set) var receivedBytes: UInt64 = 0

    /// Whether messages can still be written.
    package var isOpen: Bool { phase == .open && context != nil }

    /// Bytes written but not yet handed to the channel, which counts the rest in its writability.
    package var coalescedBytes: Int { writer.pendingBytes }

    /// A handler for one connection.
    ///
    /// - Parameters:
    ///   - configuration: How to run it.
    ///   - codec: The event loop's codec, shared by all its connections.
    package init(configuration: Configuration, codec: WebSocketCodec = WebSocketCodec()) {
        self.configuration = configuration
        self.codec = codec
        assembler = WebSocketMessageAssembler(
            deflate: configuration.parameters, maxMessageBytes: configuration.maxMessageBytes, codec: codec)
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        writer.allocator = context.channel.allocator
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        closeTimer?.cancel()
        closeTimer = nil
        self.context = nil
        phase = .closed
        writer.discard(failingWith: ChannelError.ioOnClosedChannel)
    }

    // MARK: Inbound

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        receivedBytes &+= UInt64(bytes.readableBytes)
        isReading = true
        guard phase == .open || phase == .closeSent else { return }
        assembler.receive(bytes)
        while phase == .open || phase == .closeSent, let event = assembler.next() {
            handle(event, context)
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        // First the next handlers, so that what they write at the end of a read goes along.
        context.fireChannelReadComplete()
        isReading = false
        guard flushAfterRead else { return }
        flushAfterRead = false
        flush()
    }

    private func handle(_ event: WebSocketMessageAssembler.Event, _ context: ChannelHandlerContext) {
        switch event {
        case .text(let text):
            if phase == .open { context.fireChannelRead(wrapInboundOut(.text(text))) }
        case .binary(let bytes):
            if phase == .open { context.fireChannelRead(wrapInboundOut(.binary(bytes))) }
        case .ping(let payload):
            if phase == .open { answer(ping: payload, context) }
        case .pong:
            if phase == .open { context.fireChannelRead(wrapInboundOut(.pong)) }
        case .close(let code, let reason):
            receivedClose(code: code, reason: reason, context)
        case .failure(let failure):
            fail(failure, context)
        }
    }

    private func answer(ping payload: ByteBuffer, _ context: ChannelHandlerContext) {
        guard context.channel.isWritable else {
            unansweredPing = payload
            return
        }
        writer.writeControl(FrameOpcode.pong, payload, to: context)
        requestFlush(context)
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, phase == .open, let payload = unansweredPing {
            unansweredPing = nil
            answer(ping: payload, context)
        }
        context.fireChannelWritabilityChanged()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        connectionEnded(context)
        context.fireChannelInactive()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { inputEnded(context) }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: Outbound

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        write(unwrapOutboundIn(data), promise: promise)
    }

    package func flush(context: ChannelHandlerContext) {
        requestFlush(context)
    }

    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode != .input { writer.flush(to: context) }
        context.close(mode: mode, promise: promise)
    }

    /// Writes without going through the pipeline, which costs an allocation per message; `flush()` sends.
    ///
    /// - Parameters:
    ///   - outbound: What to write.
    ///   - promise: Told when it is on the wire, or that the WebSocket was closing already.
    package func write(_ outbound: WebSocketOutbound, promise: EventLoopPromise<Void>? = nil) {
        guard phase == .open, let context else {
            promise?.fail(WebSocketClosedError())
            return
        }
        switch outbound {
        case .message(let message):
            write(message, promise: promise)
        case .ping(let payload):
            writer.writeControl(FrameOpcode.ping, payload, to: context)
            writer.add(promise)
        case .close(let code, let reason):
            startClose(code: code, reason: reason, promise, context)
        }
    }

    /// Writes a message without going through the pipeline; `flush()` sends.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - promise: Told when it is on the wire, or that the WebSocket was closing already.
    package func write(_ message: OutboundMessage, promise: EventLoopPromise<Void>? = nil) {
        guard let prefix = message.prefix else {
            let none = UnsafeRawBufferPointer(start: nil, count: 0)
            write(message.kind, none, message.body, message.deflatedBody, promise: promise)
            return
        }
        prefix.withUnsafeReadableBytes {
            write(message.kind, $0, message.body, message.deflatedBody, promise: promise)
        }
    }

    /// Writes a message whose prefix is not worth a buffer of its own; `flush()` sends.
    ///
    /// - Parameters:
    ///   - kind: Text or binary.
    ///   - prefix: Bytes before the body; copied.
    ///   - body: The body as it is.
    ///   - deflatedBody: The body from ``MessageDeflater`` with 15 window bits.
    ///   - promise: Told when it is on the wire, or that the WebSocket was closing already.
    package func write(
        _ kind: OutboundMessage.Kind, _ prefix: UnsafeRawBufferPointer, _ body: ByteBuffer,
        _ deflatedBody: ByteBuffer?, promise: EventLoopPromise<Void>? = nil
    ) {
        guard phase == .open, let context else {
            promise?.fail(WebSocketClosedError())
            return
        }
        let firstByte = kind.rawValue
        let windowBits = configuration.parameters?.serverMaxWindowBits
        if let deflatedBody, windowBits == 15 {
            writer.writeStored(prefix, deflatedBody, firstByte, configuration.fragmentBytes, to: context)
        } else if let windowBits, configuration.compressOutbound,
            prefix.count + body.readableBytes >= configuration.deflateThreshold,
            let deflater = codec.deflater(windowBits: windowBits)
        {
            let payload = deflater.deflate(body, prefix: prefix, allocator: writer.allocator)
            writer.write(
                .init(start: nil, count: 0), payload, firstByte | WebSocketFrameHeader.rsv1Bit,
                configuration.fragmentBytes, to: context)
        } else {
            writer.write(prefix, body, firstByte, configuration.fragmentBytes, to: context)
        }
        writer.add(promise)
    }

    /// Sends what has been written: at the end of the current read if there is one, otherwise now.
    package func flush() {
        guard let context else { return }
        requestFlush(context)
    }

    private func requestFlush(_ context: ChannelHandlerContext) {
        if isReading {
            flushAfterRead = true
        } else {
            writer.flush(to: context)
        }
    }
}
