import Logging
import ModuleProtocol
import ModuleStore
import NIOCore
import NIOHTTP1

/// Answers what is below `/@pitlane/api/`, all of it in JSON.
struct APIResponder: Sendable {
    let server: ServerContext

    // MARK: GET

    /// `GET /@pitlane/api/status`: what the server is and does.
    func status() -> HTTPReply {
        let configuration = server.configuration
        var modules = JSONObject()
        modules.add("count", server.store.cachedCount)
        modules.add("bytes", server.store.cachedBytes)
        modules.add("maximumBytes", configuration.cacheBytes)
        let history = server.registry.historyUse
        var events = JSONObject()
        events.add("seq", history.lastNumber)
        events.add("kept", history.count)
        events.add("keptBytes", history.bytes)
        var status = JSONObject()
        status.add("server", configuration.serverName)
        status.add("protocol", ServerMessage.protocolVersion)
        status.add("instance", server.instance)
        status.add("uptime", (NIODeadline.now() - server.started).nanoseconds / 1_000_000)
        status.add("root", configuration.root)
        status.add("mounts", configuration.mounts.map(\.urlPrefix))
        status.add("upstream", configuration.upstream)
        status.add("clients", server.registry.sessionCount)
        status.add("modules", modules)
        status.add("events", events)
        status.add("publish", configuration.publishChannels.map(\.text).sorted())
        status.add("editor", server.editor != nil)
        return .json(.ok, status)
    }

    /// `GET /@pitlane/api/clients`: the open sessions, the oldest first.
    func clients(on eventLoop: any EventLoop) -> EventLoopFuture<HTTPReply> {
        server.registry.collect(on: eventLoop, \.description).map { sessions in
            let sorted = sessions.sorted { ($0.connected, $0.session) < ($1.connected, $1.session) }
            var answer = JSONObject()
            answer.add("clients", elements: sorted.map(\.json.bytes))
            return .json(.ok, answer)
        }
    }

    /// `GET /@pitlane/api/events?since=SEQ`: the events after that number which are still held.
    func events(_ head: HTTPRequestHead) -> HTTPReply {
        var since: UInt64 = 0
        if let text = Self.queryValue("since", of: head.uri) {
            guard let number = UInt64(text) else {
                return .json(
                    .badRequest,
                    ModuleError(
                        .badRequest,
                        message: "since must be an event's number, such as /@pitlane/api/events?since=12."))
            }
            since = number
        }
        let (events, isComplete, lastNumber) = server.registry.history(after: since)
        let told = events.prefix(ServerLimits.eventsPerAnswer)
        var answer = JSONObject()
        answer.add("events", elements: told.map(\.message.body.readableBytesView))
        answer.add("seq", told.last?.number ?? lastNumber)
        answer.add("complete", isComplete)
        answer.add("more", told.count < events.count)
        return .json(.ok, answer)
    }

    /// The value of the first query parameter of this name, as it stands.
    static func queryValue(_ name: String, of target: String) -> Substring? {
        guard let question = target.firstIndex(of: "?") else { return nil }
        for pair in target[target.index(after: question)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0] == name { return parts.count == 2 ? parts[1] : "" }
        }
        return nil
    }

    // MARK: POST

    /// `POST /@pitlane/api/open`: opens a module's file in the developer's editor, for a page of the very same origin,
    /// on this very machine.
    func open(
        _ head: HTTPRequestHead, body: ByteBuffer, peer: SocketAddress?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPReply> {
        do throws(ModuleError) {
            try admit(head, peer: peer)
            guard let editor = server.editor else {
                throw ModuleError(
                    .notFound,
                    message: "No editor is configured. Start Pitlane with --editor and its command, such as "
                        + "--editor 'code -g {file}:{line}:{column}'.")
            }
            let request = try OpenRequest(decoding: body)
            let authorities = head.headers["host"]
            let path = try ModulePath(parsing: request.path, siteAuthorities: authorities)
            return server.store.file(of: path, on: eventLoop).flatMap { file in
                server.logger.info(
                    "opening the editor",
                    metadata: ["path": "\(path)", "line": "\(request.line)", "column": "\(request.column)"])
                return editor.open(file: file, line: request.line, column: request.column, on: eventLoop)
            }.map {
                var answer = JSONObject()
                answer.add("path", path.string)
                answer.add("line", request.line)
                answer.add("column", request.column)
                return .json(.ok, answer)
            }.recover { error in
                let error = error as? ModuleError ?? ModuleError(.internal, message: "\(error)")
                return .json(error.httpStatus, error)
            }
        } catch {
            return eventLoop.makeSucceededFuture(.json(error.httpStatus, error))
        }
    }

    /// A page elsewhere can send a form or a script's request here, but none with this content type and our own origin.
    private func admit(_ head: HTTPRequestHead, peer: SocketAddress?) throws(ModuleError) {
        try requireJSON(head)
        guard isSameOrigin(head) == true else {
            throw refused(
                head, "open the editor",
                "Only a page of this server's own origin may open the editor; this request came from "
                    + "\(head.headers["origin"].first ?? "no page at all").")
        }
        guard isOnThisMachine(head, peer: peer) else {
            throw refused(
                head, "open the editor for another machine",
                "The editor opens on the machine that Pitlane runs on, for a page on that machine; this "
                    + "request came from another.")
        }
    }

    /// No form can send this type, and no script elsewhere without a preflight, which is not granted.
    func requireJSON(_ head: HTTPRequestHead) throws(ModuleError) {
        let types = head.headers["content-type"]
        guard types.count == 1, MIMEType.essence(ofHeader: types[0]) == "application/json" else {
            throw ModuleError(.badRequest, message: "Send the body as Content-Type: application/json.")
        }
    }

    /// Whether the request comes from a page of the very host and port that it names; `nil` when it comes from none.
    func isSameOrigin(_ head: HTTPRequestHead) -> Bool? {
        let (origins, hosts) = (head.headers["origin"], head.headers["host"])
        if origins.isEmpty { return nil }
        return origins.count == 1 && hosts.count == 1
            && server.policy.isSameOrigin(origins[0], host: hosts[0])
    }

    /// A proxy beside us says where the client is.
    func isOnThisMachine(_ head: HTTPRequestHead, peer: SocketAddress?) -> Bool {
        ClientAddress.pathIsLoopback(peer: peer, headers: head.headers)
    }

    /// Logs what was asked for.
    func refused(_ head: HTTPRequestHead, _ deed: String, _ message: String) -> ModuleError {
        server.logger.notice(
            "refused to \(deed)", metadata: ["origin": "\(head.headers["origin"].first ?? "none")"])
        return ModuleError(.forbidden, message: message)
    }
}

extension ModuleError {
    /// The status of an HTTP answer that carries this error.
    var httpStatus: HTTPResponseStatus {
        switch code {
        case .badRequest, .unknownType, .notText: .badRequest
        case .notFound: .notFound
        case .forbidden: .forbidden
        case .tooLarge: .payloadTooLarge
        case .rateLimited: .tooManyRequests
        case .upstreamRefused, .upstreamStatus, .upstreamTruncated: .badGateway
        case .upstreamTimeout: .gatewayTimeout
        case .internal: .internalServerError
        }
    }
}

extension HTTPReply {
    /// An object.
    static func json(_ status: HTTPResponseStatus, _ object: JSONObject) -> Self {
        HTTPReply(
            status: status,
            headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: .bytes(ByteBuffer(bytes: object.bytes)))
    }

    /// An error as the WebSocket would tell it.
    static func json(_ status: HTTPResponseStatus, _ error: ModuleError) -> Self {
        var object = JSONObject()
        object.add("code", error.code.rawValue)
        object.add("message", error.message)
        return .json(status, object)
    }
}
