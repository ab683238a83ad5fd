import Foundation
import ModuleProtocol
import NIOCore
import NIOHTTP1

extension APIResponder {
    /// `GET /@pitlane/api/modules?prefix=TEXT&limit=COUNT`: what `module:list` answers.
    func modules(_ head: HTTPRequestHead, on eventLoop: any EventLoop) -> EventLoopFuture<HTTPReply> {
        do throws(ModuleError) {
            let prefix = try Self.text("prefix", of: head.uri)
            let limit = try Self.count("limit", of: head.uri)
            return server.store.list(prefix: prefix, limit: limit, on: eventLoop).map { modules, truncated in
                var answer = JSONObject()
                answer.add(
                    "modules",
                    elements: modules.map { module in
                        var element = JSONObject()
                        element.add("path", module.path.string)
                        element.add("hash", module.hash)
                        element.add("size", module.size)
                        return element.bytes
                    })
                answer.add("truncated", truncated)
                return .json(.ok, answer)
            }
        } catch {
            return eventLoop.makeSucceededFuture(.json(error.httpStatus, error))
        }
    }

    private static func text(_ name: String, of target: String) throws(ModuleError) -> String? {
        guard let value = queryValue(name, of: target) else { return nil }
        guard let text = value.removingPercentEncoding else {
            throw ModuleError(
                .badRequest, message: "\(name) is not percent-encoded UTF-8, such as \(name)=lib%2F.")
        }
        return text
    }

    private static func count(_ name: String, of target: String) throws(ModuleError) -> Int? {
        guard let value = queryValue(name, of: target) else { return nil }
        guard let count = Int(value), count >= 0 else {
            throw ModuleError(.badRequest, message: "\(name) must be a number, such as \(name)=100.")
        }
        return count
    }
}
