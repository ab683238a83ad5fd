import ModuleProtocol
import ModuleStore
import NIOCore
import NIOHTTP1
import NIOPosix

/// Chooses the answer to a request's head; the connection writes it.
struct HTTPResponder: Sendable {
    enum Outcome {
        case reply(HTTPReply)
        case later(EventLoopFuture<HTTPReply>)
        case upgrade(WebSocketUpgrade.Acceptance)
    }

    let server: ServerContext

    /// Answers a request.
    /// - Parameters:
    ///   - head: The request's head.
    ///   - body: Its body, where the route asks for one; otherwise it has been dropped.
    ///   - peer: The connection's other end.
    ///   - eventLoop: The connection's event loop.
    func respond(
        to head: HTTPRequestHead, body: ByteBuffer, peer: SocketAddress?, on eventLoop: any EventLoop
    ) -> Outcome {
        let hosts = head.headers["host"]
        guard hosts.count == 1 else {
            return .reply(.text(.badRequest, "A request must carry exactly one Host header."))
        }
        guard server.policy.admitsHost(hosts[0]) else {
            server.logger.notice("refused a request for an unknown host", metadata: ["host": "\(hosts[0])"])
            return .reply(.text(.misdirectedRequest, RefusalText.host(hosts[0])))
        }
        guard head.uri.hasPrefix("/") else {
            return .reply(.text(.badRequest, "The request target must be a path that starts with /."))
        }
        let route = Route(method: head.method.rawValue, target: head.uri)
        if route == .webSocket { return upgrade(head, peer: peer) }

        // A page of another origin may read only if it is admitted; images and scripts carry no Origin and
        // are kept in by Cross-Origin-Resource-Policy.
        let origin = head.headers.first(name: "origin")
        if let origin, !server.policy.admitsOrigin(origin, host: hosts[0], peerIsLoopback: true) {
            server.logger.notice("refused a request of an unknown origin", metadata: ["origin": "\(origin)"])
            return .reply(.text(.forbidden, RefusalText.origin(origin)))
        }
        switch answer(route, head: head, body: body, peer: peer, on: eventLoop) {
        case .reply(let reply):
            return .reply(reply.readable(from: origin))
        case .later(let future):
            return .later(future.map { $0.readable(from: origin) })
        case .upgrade(let acceptance):
            return .upgrade(acceptance)
        }
    }

    private func answer(
        _ route: Route, head: HTTPRequestHead, body: ByteBuffer, peer: SocketAddress?,
        on eventLoop: any EventLoop
    ) -> Outcome {
        let api = APIResponder(server: server)
        switch route {
        case .clientScript:
            return .reply(clientScript(head))
        case .health:
            return .reply(.text(.ok, "ok"))
        case .dashboard:
            return .reply(Dashboard.reply())
        case .dashboardRedirect:
            return .reply(Dashboard.redirect())
        case .status:
            return .reply(api.status())
        case .clients:
            return .later(api.clients(on: eventLoop))
        case .events:
            return .reply(api.events(head))
        case .modules:
            return .later(api.modules(head, on: eventLoop))
        case .metrics:
            return .reply(Metrics(server: server).reply())
        case .publish:
            return .reply(api.publish(head, body: body, peer: peer))
        case .reload:
            return .reply(api.reload(head, body: body, peer: peer))
        case .openInEditor:
            return .later(api.open(head, body: body, peer: peer, on: eventLoop))
        case .onlyPost:
            return .reply(
                .text(.methodNotAllowed, "Send this as a POST with a JSON body.", headers: ["Allow": "POST"]))
        case .unknownOwn:
            return .reply(
                .text(
                    .notFound,
                    "Pitlane has nothing at this address. The browser client is /@pitlane/client.js, "
                        + "the dashboard /@pitlane/, the WebSocket /@pitlane/ws."))
        case .methodNotAllowed:
            return .reply(
                .text(
                    .methodNotAllowed, "Pitlane answers GET and HEAD; send anything else to the dev server.",
                    headers: ["Allow": "GET, HEAD"]))
        case .file:
            return .later(FileResponder(server: server).respond(to: head, on: eventLoop))
        case .webSocket:
            return .reply(.text(.internalServerError, "The WebSocket route is answered before this."))
        }
    }

    private func upgrade(_ head: HTTPRequestHead, peer: SocketAddress?) -> Outcome {
        let outcome = WebSocketUpgrade.evaluate(
            head, policy: server.policy, peerIsLoopback: ClientAddress.peerIsLoopback(peer),
            negotiatesDeflate: server.configuration.compress != .never)
        switch outcome {
        case .success(let acceptance):
            return .upgrade(acceptance)
        case .failure(let refusal):
            server.logger.notice("refused a WebSocket", metadata: ["reason": "\(refusal.message)"])
            return .reply(.text(refusal.status, refusal.message, headers: refusal.headers))
        }
    }

    private func clientScript(_ head: HTTPRequestHead) -> HTTPReply {
        var headers: HTTPHeaders = [
            "Content-Type": "text/javascript; charset=utf-8",
            "Cache-Control": "no-cache",
            "ETag": ClientScript.etag,
            // The script holds no secret, and a page on another local port loads it from here.
            "Cross-Origin-Resource-Policy": "cross-origin",
        ]
        if ConditionalRequest.isNotModified(
            ifNoneMatch: head.headers.first(name: "if-none-match"), etag: ClientScript.etag)
        {
            headers.remove(name: "Content-Type")
            return HTTPReply(status: .notModified, headers: headers)
        }
        return HTTPReply(status: .ok, headers: headers, body: .bytes(ClientScript.content))
    }
}

extension HTTPReply {
    /// Lets a page of an admitted origin read the answer (Fetch standard, CORS protocol).
    fileprivate func readable(from origin: String?) -> HTTPReply {
        var reply = self
        reply.headers.add(name: "Vary", value: "Origin")
        if let origin {
            reply.headers.replaceOrAdd(name: "Access-Control-Allow-Origin", value: origin)
        }
        return reply
    }
}
