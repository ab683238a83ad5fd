import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The listening sockets of one server and the connections that came through them.
struct Listeners: Sendable {
    private let channels: [any Channel]
    private let quiescing: [ServerQuiescingHelper]
    /// Where clients reach the server, such as `http://127.0.0.1:8889`.
    let urls: [String]
    private let logger: Logger

    /// Listens on every address.
    ///
    /// A machine without IPv6 is no error: an IPv6 loopback address that does not exist is left out, as long
    /// as another address is listened on.
    /// - Throws: ``StartupError`` for a port in use or an address that cannot be had.
    static func bind(
        _ addresses: [DevServerConfiguration.ListenAddress], server: ServerContext, tls: NIOSSLContext?,
        group: any EventLoopGroup, logger: Logger
    ) async throws -> Listeners {
        var channels: [any Channel] = []
        var helpers: [ServerQuiescingHelper] = []
        var urls: [String] = []
        for address in addresses {
            let helper = ServerQuiescingHelper(group: group)
            do {
                let channel = try await bootstrap(server: server, tls: tls, group: group, helper: helper)
                    .bind(host: address.host, port: address.port).get()
                channels.append(channel)
                helpers.append(helper)
                let bound = DevServerConfiguration.ListenAddress(
                    host: address.host, port: channel.localAddress?.port ?? address.port)
                urls.append("\(tls == nil ? "http" : "https")://\(bound.authority)")
            } catch {
                if isMissingIPv6(error), address.host == "::1", addresses.count > 1 {
                    logger.notice("this machine has no IPv6 loopback; \(address.authority) is left out")
                    continue
                }
                for channel in channels { try? await channel.close() }
                throw startupError(for: address, error)
            }
        }
        return Listeners(channels: channels, quiescing: helpers, urls: urls, logger: logger)
    }

    /// Stops accepting, lets every connection finish, and cuts what is left after ``ServerLimits/shutdown``.
    func stop(on eventLoop: any EventLoop) async {
        let finished = quiescing.map { helper in
            let promise = eventLoop.makePromise(of: Void.self)
            helper.initiateShutdown(promise: promise)
            return promise.futureResult
        }
        let all = EventLoopFuture.andAllComplete(finished, on: eventLoop)
        let deadline = eventLoop.makePromise(of: Bool.self)
        let timer = eventLoop.scheduleTask(in: ServerLimits.shutdown) { deadline.succeed(false) }
        all.whenComplete { _ in deadline.succeed(true) }
        let isFinished = (try? await deadline.futureResult.get()) ?? false
        timer.cancel()
        if !isFinished { logger.warning("some clients did not close in time; their connections are cut") }
    }

    private static func bootstrap(
        server: ServerContext, tls: NIOSSLContext?, group: any EventLoopGroup, helper: ServerQuiescingHelper
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(ServerLimits.acceptBacklog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        helper.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // Idle connections keep a small buffer; busy ones grow to 16 KiB.
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 16_384)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: ChannelOptions.Types.WriteBufferWaterMark(
                    low: ServerLimits.writeBufferLowWaterMark, high: ServerLimits.writeBufferHighWaterMark)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try addHandlers(to: channel, server: server, tls: tls)
                }
            }
    }

    private static func addHandlers(
        to channel: any Channel, server: ServerContext, tls: NIOSSLContext?
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            try pipeline.addHandler(NIOSSLServerHandler(context: tls))
        }
        let handlers = HTTPConnectionHandler.HTTPHandlers(
            encoder: HTTPResponseEncoder(),
            decoder: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)),
            pipelining: HTTPServerPipelineHandler(),
            errors: HTTPServerProtocolErrorHandler())
        try pipeline.addHandler(handlers.encoder)
        try pipeline.addHandler(handlers.decoder)
        try pipeline.addHandler(handlers.pipelining)
        try pipeline.addHandler(handlers.errors)
        try pipeline.addHandler(HTTPConnectionHandler(server: server, httpHandlers: handlers))
    }

    private static func isMissingIPv6(_ error: any Error) -> Bool {
        guard let error = error as? IOError else { return false }
        return error.errnoCode == EADDRNOTAVAIL || error.errnoCode == EAFNOSUPPORT
    }

    private static func startupError(
        for address: DevServerConfiguration.ListenAddress, _ error: any Error
    ) -> StartupError {
        let cause: String
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE?:
            cause =
                "the port is in use. Stop the program that uses it (perhaps another Pitlane), or choose "
                + "another port with --listen \(address.host.contains(":") ? "[\(address.host)]" : address.host):PORT"
        case EACCES?:
            cause = "this port needs more rights. Choose one above 1023 with --listen"
        case EADDRNOTAVAIL?, EAFNOSUPPORT?:
            cause = "this machine does not have the address. Choose one of its own with --listen"
        default:
            cause = "\(error). Check --listen"
        }
        return StartupError(message: "Cannot listen on \(address.authority): \(cause).", exitCode: 1)
    }
}
