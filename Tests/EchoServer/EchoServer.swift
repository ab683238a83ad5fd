import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import WebSocketDeflate

/// Accepts WebSocket connections on loopback and echoes their messages.
enum EchoServer {
    /// The Autobahn testsuite sends messages of up to 16 MiB.
    static let maxMessageBytes = 32 * 1024 * 1024

    static func bind(port: Int, on group: MultiThreadedEventLoopGroup) async throws -> any Channel {
        let codecs = WebSocketCodecPool()
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                let upgrade: NIOHTTPServerUpgradeSendableConfiguration = (
                    upgraders: [EchoUpgrader(codecs)],
                    completionHandler: { _ in }
                )
                return channel.pipeline.configureHTTPServerPipeline(withServerUpgrade: upgrade)
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
    }
}

/// Answers the handshake as NIO does, but puts our handler into the pipeline instead of NIO's.
final class EchoUpgrader: HTTPServerProtocolUpgrader, Sendable {
    let supportedProtocol = "websocket"
    let requiredUpgradeHeaders: [String] = []
    private let codecs: WebSocketCodecPool
    private let handshake = NIOWebSocketServerUpgrader(
        shouldUpgrade: { channel, request in
            var headers = HTTPHeaders()
            if let agreed = PermessageDeflate.negotiate(request.headers["Sec-WebSocket-Extensions"]) {
                headers.add(name: "Sec-WebSocket-Extensions", value: agreed.responseHeader)
            }
            return channel.eventLoop.makeSucceededFuture(headers)
        },
        upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })

    init(_ codecs: WebSocketCodecPool) {
        self.codecs = codecs
    }

    func buildUpgradeResponse(
        channel: any Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        handshake.buildUpgradeResponse(
            channel: channel, upgradeRequest: upgradeRequest, initialResponseHeaders: initialResponseHeaders)
    }

    func upgrade(context: ChannelHandlerContext, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Void> {
        let agreed = PermessageDeflate.negotiate(upgradeRequest.headers["Sec-WebSocket-Extensions"])
        let handler = WebSocketMessageHandler(
            configuration: .init(
                parameters: agreed?.parameters, maxMessageBytes: EchoServer.maxMessageBytes,
                deflateThreshold: 0),
            codec: codecs.codec(on: context.eventLoop))
        return context.eventLoop.makeCompletedFuture {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandlers(BackPressureHandler(), handler, EchoHandler(handler))
        }
    }
}

/// Sends every message back.
final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketInbound

    private let webSocket: WebSocketMessageHandler

    init(_ webSocket: WebSocketMessageHandler) {
        self.webSocket = webSocket
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .text(let text):
            webSocket.write(OutboundMessage(kind: .text, body: text))
        case .binary(let bytes):
            webSocket.write(OutboundMessage(kind: .binary, body: bytes))
        case .pong, .closed:
            return
        }
        webSocket.flush()
    }
}
