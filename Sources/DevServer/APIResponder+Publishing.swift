import Logging
import ModuleProtocol
import NIOCore
import NIOHTTP1

/// What scripts, agents and editors tell the pages over HTTP.
extension APIResponder {
    /// `POST /@pitlane/api/events`: forwards an event to the subscribers of its channel.
    func publish(_ head: HTTPRequestHead, body: ByteBuffer, peer: SocketAddress?) -> HTTPReply {
        tell(head, peer: peer) { () throws(ModuleError) in
            let request = try decode(body) { bytes throws(ModuleError) in
                try EventRequest(decodingBody: bytes)
            }
            try server.configuration.requirePublishing(on: request.channel)
            return .published(request, sender: nil)
        }
    }

    /// `POST /@pitlane/api/reload`: has every page load anew.
    func reload(_ head: HTTPRequestHead, body: ByteBuffer, peer: SocketAddress?) -> HTTPReply {
        tell(head, peer: peer) { () throws(ModuleError) in
            let request = try decode(body) { bytes throws(ModuleError) in
                try ReloadRequest(decodingBody: bytes)
            }
            var path: ModulePath?
            if let raw = request.path {
                path = try ModulePath(parsing: raw, siteAuthorities: head.headers["host"])
            }
            return .reload(path: path, reason: "asked for over HTTP")
        }
    }

    /// Admits a request, broadcasts what it asks for, and answers with the event's number.
    private func tell(
        _ head: HTTPRequestHead, peer: SocketAddress?, _ event: () throws(ModuleError) -> ServerEvent
    ) -> HTTPReply {
        do throws(ModuleError) {
            try admitPublisher(head, peer: peer)
            let source = try Self.source(head)
            let event = try event()
            guard server.publishing.withLockedValue({ $0.take(now: .now()) }) else {
                throw RateLimit.tooManyEvents
            }
            let number = server.registry.broadcast([event], source: source)
            server.logger.info(
                "told over HTTP",
                metadata: ["event": "\(event.name)", "source": "\(source.rawValue)", "seq": "\(number)"])
            var answer = JSONObject()
            answer.add("seq", number)
            return .json(.ok, answer)
        } catch {
            return .json(error.httpStatus, error)
        }
    }

    /// A page of our own origin, or a program, which sends no `Origin`; both on this machine.
    private func admitPublisher(_ head: HTTPRequestHead, peer: SocketAddress?) throws(ModuleError) {
        try requireJSON(head)
        guard isSameOrigin(head) != false else {
            throw refused(
                head, "publish for a page elsewhere",
                "Only a page of this server's own origin, or a program on this machine, may tell the pages "
                    + "something; this request came from \(head.headers["origin"].first ?? "several origins")."
            )
        }
        guard isOnThisMachine(head, peer: peer) else {
            throw refused(
                head, "publish for another machine",
                "Only from the machine that Pitlane runs on may the pages be told something; this request "
                    + "came from another.")
        }
    }

    /// Who says that it is: `X-Source`.
    private static func source(_ head: HTTPRequestHead) throws(ModuleError) -> EventSource {
        let names = head.headers["x-source"]
        guard let name = names.first else { return .api }
        guard names.count == 1, let source = EventSource(rawValue: name), source != .system else {
            throw ModuleError(
                .badRequest, message: "X-Source is one of ui, ai_agent and api; without it, api is meant.")
        }
        return source
    }

    private func decode<Request>(
        _ body: ByteBuffer, _ decode: (UnsafeRawBufferPointer) throws(ModuleError) -> Request
    ) throws(ModuleError) -> Request {
        try body.withUnsafeReadableBytes { bytes in
            Result { () throws(ModuleError) in try decode(bytes) }
        }.get()
    }
}

extension ServerEvent {
    /// For the log.
    fileprivate var name: String {
        switch self {
        case .published(let request, _): "\(request.channel)/\(request.event ?? "")"
        case .reload(let path, _): "reload \(path?.string ?? "")"
        default: "\(channel)"
        }
    }
}

extension DevServerConfiguration {
    /// - Throws: ``ModuleError`` with code `forbidden` where clients may not publish on a channel.
    func requirePublishing(on channel: ChannelName) throws(ModuleError) {
        guard publishChannels.contains(channel) else {
            throw ModuleError(
                .forbidden,
                message: "Clients may not publish on the channel \"\(channel)\". "
                    + "To allow it, start Pitlane with --publish \(channel).")
        }
    }
}

extension RateLimit {
    /// For a session's events, and for all that come over HTTP.
    static func publishing(now: NIODeadline) -> RateLimit {
        RateLimit(burst: ServerLimits.eventBurst, perSecond: ServerLimits.eventsPerSecond, now: now)
    }

    /// What is answered to whoever publishes more than that.
    static var tooManyEvents: ModuleError {
        ModuleError(
            .rateLimited,
            message: "More than \(ServerLimits.eventBurst) events at once, or "
                + "\(ServerLimits.eventsPerSecond) a second. Send fewer, each with more in it.")
    }
}
