import ModuleProtocol
import NIOCore
import WebSocketDeflate

extension SessionHandler {
    /// Takes what the page runs; answered when it has been looked into.
    func report(_ running: HotRunning) throws(ModuleError) {
        guard let context else { return }
        let reports = hotReports ?? HotReports(of: self, on: context.eventLoop)
        hotReports = reports
        do throws(ModuleError) {
            try reports.add(running)
        } catch {
            var error = error
            error.requestID = running.id
            throw error
        }
    }

    /// Finds who takes the place of a module that refused its update.
    func invalidate(_ request: HotInvalidation) {
        do throws(ModuleError) {
            let path = try ModulePath(parsing: request.path, siteAuthorities: siteAuthorities)
            var first: ModulePath?
            if let raw = request.firstInvalidatedBy {
                first = try ModulePath(parsing: raw, siteAuthorities: siteAuthorities)
            }
            server.logger.debug(
                "module invalidated itself",
                metadata: ["path": "\(path)", "message": "\((request.message ?? "").prefix(200))"])
            guard server.hot.invalidate(path, first: first, by: ObjectIdentifier(self)) else {
                throw ModuleError(
                    .notFound, path: path.string,
                    message: "\"\(path)\" cannot be invalidated: the page has not said that it runs it. "
                        + "Send hot:running first.")
            }
        } catch {
            send(
                OutboundMessage.text(
                    ServerMessage.moduleError(error, path: request.path, id: request.id)))
        }
    }
}
