import Logging
import ModuleProtocol
import NIOCore
import WebSocketDeflate

extension SessionHandler {
    // MARK: subscribe, unsubscribe

    /// Adds channels to what the session is sent.
    func subscribe(to names: [ChannelName], id: RequestID?) {
        let union = channels.union(names)
        guard union.count <= ProtocolLimits.channelsPerSession else {
            var error = ChannelName.tooMany
            error.requestID = id
            send(OutboundMessage.text(ServerMessage.error(error)))
            return
        }
        changeSubscription(to: union, id: id)
    }

    /// Takes channels away from what the session is sent.
    func unsubscribe(from names: [ChannelName], id: RequestID?) {
        changeSubscription(to: channels.subtracting(names), id: id)
    }

    private func changeSubscription(to names: Set<ChannelName>, id: RequestID?) {
        channels = names
        server.registry.remember(names, of: identifier)
        send(OutboundMessage.text(ServerMessage.subscribed(to: names, id: id)))
    }

    // MARK: resume

    /// Sends what an earlier session of this client has missed, or `resync`.
    func resume(_ request: ResumeRequest) {
        guard request.session.hasPrefix(server.instance + Self.sessionSeparator) else {
            resync(id: request.id, reason: "the session is another instance's")
            return
        }
        if let earlier = server.registry.subscriptions(of: request.session), earlier != channels {
            // What the client has subscribed to since it is back counts as well.
            let union = channels == [.modules] ? earlier : channels.union(earlier)
            if union.count <= ProtocolLimits.channelsPerSession { changeSubscription(to: union, id: nil) }
        }
        let (events, lastNumber) = server.registry.events(after: request.sequenceNumber, on: channels)
        guard let events else {
            resync(id: request.id, reason: "the events are no longer held")
            return
        }
        // Whatever came in between is told once more, in its order: the last word on a module must come last.
        knownThrough = request.sequenceNumber
        deliver(events)
        knownThrough = lastNumber
        sendAsEvent(
            OutboundMessage.text(
                ServerMessage.resumed(sequenceNumber: lastNumber, events: events.count, id: request.id)))
        server.logger.debug(
            "session resumed",
            metadata: [
                "session": "\(identifier)", "after": "\(request.sequenceNumber)", "events": "\(events.count)",
            ])
    }

    /// Tells the client to check everything it holds.
    func resync(id: RequestID? = nil, reason: String) {
        knownThrough = server.registry.lastSequenceNumber
        send(OutboundMessage.text(ServerMessage.resync(sequenceNumber: knownThrough, id: id)))
        server.logger.debug(
            "session must check everything", metadata: ["session": "\(identifier)", "reason": "\(reason)"])
    }

    // MARK: session-resume

    /// Tells the client who it is, so that it is known when it comes back.
    func identify(_ token: String?, id: RequestID?) {
        let identity = server.registry.identify(token)
        clientIdentifier = identity.clientIdentifier
        send(
            OutboundMessage.text(
                ServerMessage.sessionInit(
                    token: identity.token, clientID: identity.clientIdentifier, id: id)))
    }

    // MARK: event

    /// Forwards a client's event to the subscribers of its channel.
    func publish(_ request: EventRequest) {
        do throws(ModuleError) {
            try server.configuration.requirePublishing(on: request.channel)
            guard publishing.take(now: .now()) else { throw RateLimit.tooManyEvents }
            server.registry.broadcast([.published(request, sender: identifier)], source: .ui)
        } catch {
            var error = error
            error.requestID = request.id
            send(OutboundMessage.text(ServerMessage.error(error)))
        }
    }
}
