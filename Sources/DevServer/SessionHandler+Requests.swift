import ModuleProtocol
import ModuleStore
import NIOCore
import WebSocketDeflate

extension SessionHandler {
    /// Answers one text message.
    ///
    /// Must be called on the event loop.
    func receive(_ text: ByteBuffer) {
        do throws(ModuleError) {
            switch try decode(text) {
            case .moduleRequest(let request):
                serve(request)
            case .moduleCheck(let path, let hash, let id):
                check(path, hash: hash, id: id)
            case .moduleList(let prefix, let limit, let id):
                list(prefix: prefix, limit: limit, id: id)
            case .moduleGraph(let request):
                transfer(request)
            case .subscribe(let names, let id):
                subscribe(to: names, id: id)
            case .unsubscribe(let names, let id):
                unsubscribe(from: names, id: id)
            case .resume(let request):
                resume(request)
            case .sessionResume(let token, let id):
                identify(token, id: id)
            case .event(let request):
                publish(request)
            case .hotRunning(let report):
                try self.report(report)
            case .hotVersions(let versions):
                hotReports?.add(versions)
            case .hotInvalidate(let request):
                invalidate(request)
            case .ping(let id):
                send(OutboundMessage.text(ServerMessage.pong(id: id)))
            case .unknown(let type, let id):
                send(
                    OutboundMessage.text(
                        ServerMessage.error(
                            .unknownType, "This Pitlane does not know messages of type \"\(type)\".", id: id))
                )
            }
        } catch {
            send(OutboundMessage.text(ServerMessage.error(error.code, error.message, id: error.requestID)))
        }
    }

    private func decode(_ text: ByteBuffer) throws(ModuleError) -> ClientMessage {
        // withUnsafeReadableBytes carries no typed throws.
        try text.withUnsafeReadableBytes { bytes in
            Result { () throws(ModuleError) in try ClientMessage.decode(bytes) }
        }.get()
    }

    // MARK: module:request

    private func serve(_ request: ModuleRequest) {
        let form: ModuleForm = request.binary ? .pack : .response
        if let module = server.store.cached(raw: request.path, form: form, deflated: sendsDeflated) {
            answer(request, form: form, with: module)
            return
        }
        let (store, deflated) = (server.store, sendsDeflated)
        answerLater(
            request.path, id: request.id,
            from: { store.load($0, form: form, deflated: deflated, on: $1) },
            with: { session, _, module in session.answer(request, form: form, with: module) })
    }

    private func answer(_ request: ModuleRequest, form: ModuleForm, with module: StoredModule) {
        if let hash = request.hash, hash == module.hash {
            status(of: module.path.string, changed: false, hash: hash, id: request.id)
            return
        }
        do throws(ModuleError) {
            var message = try module.message(form, id: request.id)
            if !sendsDeflated { message.deflatedBody = nil }
            send(message)
        } catch {
            fail(error, path: request.path, id: request.id)
        }
    }

    // MARK: module:check

    private func check(_ raw: String, hash: String, id: RequestID?) {
        if let module = server.store.cached(raw: raw) {
            status(of: module.path.string, changed: module.hash != hash, hash: module.hash, id: id)
            return
        }
        let store = server.store
        answerLater(
            raw, id: id,
            from: { store.hash(of: $0, on: $1) },
            with: { session, path, current in
                session.status(of: path.string, changed: current != hash, hash: current, id: id)
            })
    }

    private func status(of path: String, changed: Bool, hash: String?, id: RequestID?) {
        let status = ServerMessage.moduleStatus(path: path, changed: changed, hash: hash, id: id)
        send(OutboundMessage.text(status))
    }

    // MARK: module:list

    private func list(prefix: String?, limit: Int?, id: RequestID?) {
        guard let context else { return }
        requestStarted()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        server.store.list(prefix: prefix, limit: limit, on: context.eventLoop).whenComplete { result in
            let session = bound.value
            switch result {
            case .success(let (modules, truncated)):
                session.send(
                    OutboundMessage.text(ServerMessage.moduleList(modules, truncated: truncated, id: id)))
            case .failure(let error):
                session.send(
                    OutboundMessage.text(
                        ServerMessage.error(.internal, "The modules cannot be listed: \(error)", id: id)
                    ))
            }
            session.requestFinished()
        }
    }

    // MARK: Loading

    /// Asks the store for what is not at hand, then calls `answer` on the event loop; errors are answered here.
    /// - Parameters:
    ///   - raw: The path as the client wrote it.
    ///   - id: The request's.
    ///   - ask: Asks the store; its future completes on the event loop.
    ///   - answer: What to do with the store's answer.
    private func answerLater<Value: Sendable>(
        _ raw: String, id: RequestID?,
        from ask: (ModulePath, any EventLoop) -> EventLoopFuture<Value>,
        with answer: @escaping (SessionHandler, ModulePath, Value) -> Void
    ) {
        guard let context else { return }
        let path: ModulePath
        do throws(ModuleError) {
            path = try ModulePath(parsing: raw, siteAuthorities: siteAuthorities)
        } catch {
            fail(error, path: raw, id: id)
            return
        }
        requestStarted()
        let bound = NIOLoopBound((session: self, answer: answer), eventLoop: context.eventLoop)
        ask(path, context.eventLoop).whenComplete { result in
            let (session, answer) = bound.value
            switch result {
            case .success(let value):
                answer(session, path, value)
            case .failure(let error):
                let error = error as? ModuleError ?? ModuleError(.internal, message: "\(error)")
                session.fail(error, path: path.string, id: id)
            }
            session.requestFinished()
        }
    }

    private func fail(_ error: ModuleError, path: String, id: RequestID?) {
        send(OutboundMessage.text(ServerMessage.moduleError(error, path: path, id: id)))
    }
}
