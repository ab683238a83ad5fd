import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Answers the requests of one HTTP/1.1 connection, and hands the connection over to a session when
/// any of them, not only the first, asks for a WebSocket: reverse proxies re-use connections.
final class HTTPConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: ServerContext
    private let httpHandlers: HTTPHandlers

    private var head: HTTPRequestHead?
    private var bodyBytes = 0
    /// The body, where the route asks for one, and how long it may be.
    private var body: (bytes: ByteBuffer, limit: Int)?
    private var isAnswering = false
    private var isQuiescing = false
    private var idle: Scheduled<Void>?

    /// The handlers that an upgrade takes out of the pipeline.
    struct HTTPHandlers {
        let encoder: HTTPResponseEncoder
        let decoder: ByteToMessageHandler<HTTPRequestDecoder>
        let pipelining: HTTPServerPipelineHandler
        let errors: HTTPServerProtocolErrorHandler
    }

    init(server: ServerContext, httpHandlers: HTTPHandlers) {
        self.server = server
        self.httpHandlers = httpHandlers
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { scheduleIdleClose(context, after: ServerLimits.requestReading) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { idle?.cancel() }

    func channelActive(context: ChannelHandlerContext) {
        scheduleIdleClose(context, after: ServerLimits.requestReading)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        idle?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            bodyBytes = 0
            let route = Route(method: head.method.rawValue, target: head.uri)
            body = route.bodyLimit.map { (ByteBuffer(), $0) }
            scheduleIdleClose(context, after: ServerLimits.requestReading)
        case .body(var part):
            bodyBytes += part.readableBytes
            if bodyBytes <= body?.limit ?? server.configuration.limits.clientMessageBytes {
                body?.bytes.writeBuffer(&part)
            } else if head != nil {
                head = nil
                write(
                    .text(.payloadTooLarge, "Pitlane takes no request body of this size."),
                    to: HTTPRequestHead(version: .http1_1, method: .POST, uri: "/"), keepAlive: false,
                    context: context)
            }
        case .end:
            idle?.cancel()
            guard let head else { return }
            self.head = nil
            isAnswering = true
            answer(head, body: body?.bytes ?? ByteBuffer(), context: context)
            body = nil
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            if !isAnswering { context.close(promise: nil) }
        case ChannelEvent.inputClosed:
            // A client that half-closes still gets the answer that is under way.
            if !isAnswering { context.close(promise: nil) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        server.logger.debug("HTTP connection failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, body: ByteBuffer, context: ChannelHandlerContext) {
        // After a request with `Upgrade` the parser stops, so an answer that does not upgrade ends the connection.
        let keepAlive = head.isKeepAlive && !head.headers.contains(name: "upgrade")
        switch server.responder.respond(
            to: head, body: body, peer: context.channel.remoteAddress, on: context.eventLoop)
        {
        case .reply(let reply):
            write(reply, to: head, keepAlive: keepAlive, context: context)
        case .later(let future):
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            future.hop(to: context.eventLoop).assumeIsolated().whenComplete { result in
                let (handler, context) = bound.value
                let reply =
                    (try? result.get())
                    ?? .text(.internalServerError, "Pitlane failed to answer; its log says why.")
                handler.write(reply, to: head, keepAlive: keepAlive, context: context)
            }
        case .upgrade(let acceptance):
            upgrade(head, acceptance: acceptance, context: context)
        }
    }

    private func write(
        _ reply: HTTPReply, to head: HTTPRequestHead, keepAlive: Bool, context: ChannelHandlerContext
    ) {
        let keepAlive = keepAlive && !isQuiescing
        context.write(
            wrapOutboundOut(
                .head(reply.head(version: server.configuration.version, keepAlive: keepAlive))), promise: nil)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        if head.method != .HEAD {
            switch reply.body {
            case .none:
                break
            case .bytes(let buffer):
                context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
            case .file(let slice):
                stream(slice, context: context).assumeIsolated().whenComplete { result in
                    let (handler, context) = bound.value
                    switch result {
                    case .success: handler.finish(keepAlive: keepAlive, context: context)
                    // Too late for a status: a closed connection tells the client that bytes are missing.
                    case .failure: context.close(promise: nil)
                    }
                }
                return
            }
        }
        finish(keepAlive: keepAlive, context: context)
    }

    private func finish(keepAlive: Bool, context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        isAnswering = false
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            let (handler, context) = bound.value
            if !keepAlive || handler.isQuiescing {
                context.close(promise: nil)
            } else if !handler.isAnswering, handler.head == nil {
                handler.scheduleIdleClose(context, after: ServerLimits.idleConnection)
            }
        }
    }

    private func stream(_ slice: HTTPReply.FileSlice, context: ChannelHandlerContext) -> EventLoopFuture<Void>
    {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        return server.fileIO.readChunked(
            fileHandle: slice.file.handle, fromOffset: Int64(slice.range.lowerBound),
            byteCount: slice.range.count, chunkSize: ServerLimits.streamedChunkBytes,
            allocator: context.channel.allocator, eventLoop: context.eventLoop
        ) { chunk in
            let (handler, context) = bound.value
            return context.writeAndFlush(handler.wrapOutboundOut(.body(.byteBuffer(chunk))))
        }
    }

    private func scheduleIdleClose(_ context: ChannelHandlerContext, after delay: TimeAmount) {
        idle?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        idle = context.eventLoop.scheduleTask(in: delay) { bound.value.close(promise: nil) }
    }
}

extension HTTPConnectionHandler {
    /// Writes the 101 and turns the connection into a session's.
    private func upgrade(
        _ head: HTTPRequestHead, acceptance: WebSocketUpgrade.Acceptance, context: ChannelHandlerContext
    ) {
        // The library computes Sec-WebSocket-Accept; everything else is already decided. It keeps of the initial
        // headers only its own, and adds the ones that shouldUpgrade gives.
        let headers = acceptance.headers
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(headers) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        upgrader.buildUpgradeResponse(
            channel: context.channel, upgradeRequest: head, initialResponseHeaders: ["Upgrade": "websocket"]
        ).assumeIsolated().whenComplete { result in
            let (handler, context) = bound.value
            switch result {
            case .success(let headers):
                handler.switchProtocols(headers, head: head, acceptance: acceptance, context: context)
            case .failure(let error):
                handler.write(
                    .text(.badRequest, "The WebSocket handshake failed: \(error)"), to: head,
                    keepAlive: false,
                    context: context)
            }
        }
    }

    private func switchProtocols(
        _ headers: HTTPHeaders, head: HTTPRequestHead, acceptance: WebSocketUpgrade.Acceptance,
        context: ChannelHandlerContext
    ) {
        context.writeAndFlush(
            wrapOutboundOut(
                .head(HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers))),
            promise: nil)
        // The HTTP handlers go first, because a session speaks as soon as it is there; the decoder goes last, because
        // it hands on what the client already sent.
        let pipeline = context.pipeline.syncOperations
        pipeline.removeHandler(httpHandlers.encoder, promise: nil)
        pipeline.removeHandler(httpHandlers.pipelining, promise: nil)
        pipeline.removeHandler(httpHandlers.errors, promise: nil)
        do {
            try SessionHandler.install(
                on: context.channel, server: server, head: head, deflate: acceptance.deflate)
        } catch {
            server.logger.error("cannot start a session", metadata: ["error": "\(error)"])
            context.close(promise: nil)
            return
        }
        pipeline.removeHandler(context: context, promise: nil)
        pipeline.removeHandler(httpHandlers.decoder, promise: nil)
        if isQuiescing { context.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }
}
