import Logging
import ModuleProtocol
import ModuleStore
import NIOCore
import NIOExtras
import NIOHTTP1
import WebSocketDeflate

/// One WebSocket session: decodes requests, asks the store, sends answers and events.
///
/// Lives on its channel's event loop; what it decides is in ``SessionStateMachine``.
final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketInbound
    typealias OutboundOut = WebSocketOutbound

    let server: ServerContext
    let siteAuthorities: [String]
    /// Whether answers go out in their compressed form.
    let sendsDeflated: Bool
    /// Whether the client's window takes what was compressed once for all.
    let sendsKeptDeflate: Bool
    private var transfers: [ObjectIdentifier: GraphTransfer] = [:]
    /// The session's name: what it starts with says whose instance it is.
    let identifier: String
    static let sessionSeparator = "-"
    /// What the session is subscribed to.
    var channels: Set<ChannelName> = [.modules]
    /// Events up to this number are not sent: the client knows of them, or has never relied on anything older.
    var knownThrough: UInt64 = 0
    /// What is known of the client from its handshake.
    let client: SessionDescription.Client
    /// Which client this is over all its connections, once it has asked.
    var clientIdentifier: String?
    /// Bounds what the client may publish.
    var publishing: RateLimit
    /// There once the client has said what its page runs.
    var hotReports: HotReports?
    private var state: SessionStateMachine<OutboundMessage>
    private(set) var context: ChannelHandlerContext?
    private var heartbeat: Scheduled<Void>?
    private var isClosing = false

    /// Puts a session and its WebSocket codec at the end of a channel's pipeline.
    ///
    /// Must be called on the channel's event loop.
    static func install(
        on channel: any Channel, server: ServerContext, head: HTTPRequestHead, deflate: PermessageDeflate?
    ) throws {
        let pathIsLoopback = ClientAddress.pathIsLoopback(peer: channel.remoteAddress, headers: head.headers)
        let session = SessionHandler(
            server: server,
            siteAuthorities: Self.siteAuthorities(of: head),
            client: .init(head: head, peer: channel.remoteAddress),
            sendsDeflated: deflate != nil
                && (server.configuration.compress == .always || !pathIsLoopback),
            windowBits: deflate?.serverMaxWindowBits ?? 0, now: .now())
        let codec = WebSocketMessageHandler(
            configuration: .init(
                parameters: deflate, maxMessageBytes: server.configuration.limits.clientMessageBytes,
                compressOutbound: false),
            codec: server.codecs.codec(on: channel.eventLoop))
        try channel.pipeline.syncOperations.addHandlers([codec, session])
    }

    private init(
        server: ServerContext, siteAuthorities: [String], client: SessionDescription.Client,
        sendsDeflated: Bool, windowBits: Int,
        now: NIODeadline
    ) {
        self.server = server
        self.siteAuthorities = siteAuthorities
        self.client = client
        self.sendsDeflated = sendsDeflated
        sendsKeptDeflate = sendsDeflated && windowBits == 15
        identifier = server.instance + Self.sessionSeparator + RandomToken.make()
        publishing = .publishing(now: now)
        let limits = server.configuration.limits
        state = SessionStateMachine(
            heartbeat: .milliseconds(Int64(limits.heartbeatMilliseconds)),
            silence: .milliseconds(Int64(limits.silenceMilliseconds)), now: now)
    }

    /// The hosts under which the page may write full URLs: the one it asked, and its own origin's.
    private static func siteAuthorities(of head: HTTPRequestHead) -> [String] {
        [
            head.headers.first(name: "host"),
            head.headers.first(name: "origin").flatMap(WebOrigin.init)?.authority.description,
        ].compactMap(\.self)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        server.registry.add(self, on: context.eventLoop)
        knownThrough = server.registry.lastSequenceNumber
        send(
            OutboundMessage.text(
                ServerMessage.hello(
                    server: server.configuration.serverName, instance: server.instance,
                    session: identifier, sequenceNumber: knownThrough,
                    clients: server.registry.sessionCount, limits: server.configuration.limits)))
        context.flush()
        scheduleHeartbeat(after: .milliseconds(Int64(server.configuration.limits.heartbeatMilliseconds)))
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(context) }

    func channelInactive(context: ChannelHandlerContext) {
        end(context)
        context.fireChannelInactive()
    }

    private func end(_ context: ChannelHandlerContext) {
        heartbeat?.cancel()
        for transfer in transfers.values { transfer.cancel() }
        transfers.removeAll()
        hotReports?.close()
        hotReports = nil
        server.registry.remove(self, on: context.eventLoop)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        state.heard(now: .now())
        switch unwrapInboundIn(data) {
        case .text(let text):
            receive(text)
        case .binary:
            send(
                OutboundMessage.text(
                    ServerMessage.error(
                        .badRequest, "Requests are JSON objects in text frames; this one was binary.", id: nil
                    )))
        case .pong:
            break
        case .closed:
            isClosing = true
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        switch state.writabilityChanged(context.channel.isWritable) {
        case .events(let events):
            for event in events { send(event) }
        case .resync:
            resync(reason: "it did not read its events")
        }
        context.flush()
        for transfer in transfers.values { transfer.pump() }
        updateReading()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            close(code: 1001, reason: "Pitlane is stopping")
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        server.logger.debug("session failed", metadata: ["error": "\(error)", "session": "\(identifier)"])
        context.close(promise: nil)
    }

    /// Sends broadcast events, now or when the client reads again.
    ///
    /// Must be called on the event loop.
    func deliver(_ events: [EventHistory.Entry]) {
        for event in events where event.number > knownThrough && channels.contains(event.channel) {
            sendAsEvent(event.message)
        }
        context?.flush()
    }

    /// Queues a message behind the events that wait for the client to read; it gives way to a `resync` as they do.
    func sendAsEvent(_ message: OutboundMessage) {
        if state.shouldSendNow(message) { send(message) }
    }

    /// Sends messages that are for this session only, in order with the events.
    ///
    /// Must be called on the event loop.
    func tell(_ messages: [OutboundMessage]) {
        guard let context else { return }
        for message in messages { sendAsEvent(message) }
        context.flush()
    }

    /// Queues a message; it is flushed when the read cycle ends, or by the caller.
    func send(_ message: OutboundMessage) {
        guard let context, !isClosing else { return }
        context.write(wrapOutboundOut(.message(message)), promise: nil)
    }

    /// Whether the client keeps up with what is sent.
    var mayWrite: Bool { context?.channel.isWritable == true && !isClosing }

    /// Sends what ``send(_:)`` has queued.
    func flush() { context?.flush() }

    /// Starts answering a `module:graph`.
    func transfer(_ request: GraphRequest) {
        guard let context else { return }
        let transfer = GraphTransfer(request, of: self, on: context.eventLoop)
        transfers[ObjectIdentifier(transfer)] = transfer
        requestStarted()
        transfer.start()
    }

    /// Takes note that a `module:graph` has been answered.
    func transferFinished(_ transfer: GraphTransfer) {
        guard transfers.removeValue(forKey: ObjectIdentifier(transfer)) != nil else { return }
        requestFinished()
    }

    private func close(code: UInt16, reason: String) {
        guard let context, !isClosing else { return }
        isClosing = true
        context.writeAndFlush(wrapOutboundOut(.close(code: code, reason: reason)), promise: nil)
    }

    private func scheduleHeartbeat(after delay: TimeAmount) {
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        heartbeat = context.eventLoop.scheduleTask(in: delay) { bound.value.tick() }
    }

    private func tick() {
        guard let context else { return }
        let (action, next) = state.tick(now: .now())
        switch action {
        case .ping:
            context.writeAndFlush(wrapOutboundOut(.ping(ByteBuffer())), promise: nil)
        case .closeSilent:
            close(code: 1001, reason: "no sign of life from the client")
        case .closeStalled:
            close(code: 1013, reason: "the client does not read its events")
        }
        scheduleHeartbeat(after: next)
    }

    /// Counts a request that waits for the store.
    func requestStarted() {
        state.requestStarted()
        if !state.mayRead { updateReading() }
    }

    /// Counts a request that has been answered, and flushes the answer.
    func requestFinished() {
        let couldRead = state.mayRead
        state.requestFinished()
        context?.flush()
        if !couldRead, state.mayRead { updateReading() }
    }

    private func updateReading() {
        guard let context else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.channel.setOption(.autoRead, value: state.mayRead).assumeIsolated().whenSuccess {
            if bound.value.channel.isActive { bound.value.read() }
        }
    }
}
