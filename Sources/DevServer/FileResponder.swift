import ModuleProtocol
import ModuleStore
import NIOCore
import NIOHTTP1
import Upstream

/// Answers `GET /PATH` and `HEAD /PATH`: the file, else the upstream's answer, else a 404 that says where
/// Pitlane looked.
struct FileResponder: Sendable {
    let server: ServerContext

    /// Answers a request whose Host and Origin are admitted.
    /// - Parameters:
    ///   - head: The request's head, of method GET or HEAD.
    ///   - eventLoop: Where the future is completed.
    /// - Returns: The answer; never fails.
    func respond(to head: HTTPRequestHead, on eventLoop: any EventLoop) -> EventLoopFuture<HTTPReply> {
        let path: ModulePath
        do throws(ModuleError) {
            path = try ModulePath(parsing: head.uri)
        } catch {
            return eventLoop.makeSucceededFuture(Self.reply(to: error))
        }
        if let upstream = server.upstream, server.store.prefersUpstream(path) {
            return ask(upstream, path: path, head: head, on: eventLoop).flatMap { reply in
                guard reply.status == .notFound else { return eventLoop.makeSucceededFuture(reply) }
                return open(path, head: head, on: eventLoop).recover { _ in reply }
            }
        }
        return open(path, head: head, on: eventLoop)
            .flatMapError { error in
                let error = error as? ModuleError ?? ModuleError(.internal, message: "\(error)")
                guard error.code == .notFound, let upstream = server.upstream else {
                    return eventLoop.makeSucceededFuture(Self.reply(to: error))
                }
                return ask(upstream, path: path, head: head, on: eventLoop)
            }
    }

    // MARK: Files

    private func open(
        _ path: ModulePath, head: HTTPRequestHead, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPReply> {
        server.store.openFile(path, on: eventLoop)
            .map { lookup in
                switch lookup {
                case .file(let file):
                    return Self.reply(with: file, to: head)
                case .redirect(let location):
                    // Not permanent: the folder may lose its index while the browser remembers.
                    let message = "The file is at another address; see \(location)"
                    return .text(.temporaryRedirect, message, headers: ["Location": location])
                }
            }
    }

    private static func reply(with file: ServedFile, to head: HTTPRequestHead) -> HTTPReply {
        var headers: HTTPHeaders = [
            "ETag": file.etag, "Cache-Control": "no-cache", "Accept-Ranges": "bytes",
        ]
        if ConditionalRequest.isNotModified(
            ifNoneMatch: listHeader("if-none-match", of: head), etag: file.etag)
        {
            return HTTPReply(status: .notModified, headers: headers)
        }
        headers.add(name: "Content-Type", value: file.contentType)
        let range = ConditionalRequest.range(
            head.headers.first(name: "range"), ifRange: head.headers.first(name: "if-range"),
            etag: file.etag, size: file.size)
        switch range {
        case .whole:
            return HTTPReply(status: .ok, headers: headers, body: body(of: file, 0..<file.size))
        case .partial(let bytes):
            headers.add(
                name: "Content-Range",
                value: "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(file.size)")
            return HTTPReply(status: .partialContent, headers: headers, body: body(of: file, bytes))
        case .unsatisfiable:
            return .text(
                .rangeNotSatisfiable, "The file has \(file.size) bytes.",
                headers: ["Content-Range": "bytes */\(file.size)"])
        }
    }

    private static func body(of file: ServedFile, _ range: Range<Int>) -> HTTPReply.Body {
        switch file.body {
        case .bytes(let buffer):
            let slice = buffer.getSlice(at: buffer.readerIndex + range.lowerBound, length: range.count)
            return .bytes(slice ?? ByteBuffer())
        case .handle(let handle):
            return .file(HTTPReply.FileSlice(file: handle, range: range))
        }
    }

    /// A header that may come in several lines, as one list (RFC 9110 section 5.3).
    private static func listHeader(_ name: String, of head: HTTPRequestHead) -> String? {
        let values = head.headers[name]
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    // MARK: Upstream

    private func ask(
        _ upstream: UpstreamClient, path: ModulePath, head: HTTPRequestHead, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPReply> {
        let promise = eventLoop.makePromise(of: HTTPReply.self)
        let request = UpstreamRequest(
            pathAndQuery: path.urlPath, method: head.method == .HEAD ? .head : .get,
            headers: head.headers.map { (name: $0.name, value: $0.value) },
            maxBodyBytes: ServerLimits.upstreamBodyBytes, followsRedirects: false)
        upstream.fetch(request) { result in
            switch result {
            case .success(let response):
                promise.succeed(Self.reply(with: response, upstreamOrigin: upstream.origin, to: head))
            case .failure(let error):
                server.logger.notice(
                    "the upstream failed", metadata: ["path": "\(path)", "error": "\(error.message)"])
                promise.succeed(Self.reply(to: error, upstreamOrigin: upstream.origin))
            }
        }
        return promise.futureResult
    }

    private static func reply(
        with response: UpstreamResponse, upstreamOrigin: String, to head: HTTPRequestHead
    ) -> HTTPReply {
        var headers = HTTPHeaders()
        for (name, value) in response.headers {
            switch name.lowercased() {
            case "content-length":
                // Exactly what is sent counts; only an answer to HEAD has nothing to count.
                break
            case "access-control-allow-origin":
                // Who may read is Pitlane's decision.
                break
            case "location":
                headers.add(name: name, value: pathOfOwn(value, upstreamOrigin: upstreamOrigin))
            default:
                headers.add(name: name, value: value)
            }
        }
        let status = HTTPResponseStatus(statusCode: response.status)
        guard head.method == .HEAD else {
            return HTTPReply(status: status, headers: headers, body: .bytes(ByteBuffer(bytes: response.body)))
        }
        let length = response.header("Content-Length").flatMap { Int($0) }
        return HTTPReply(status: status, headers: headers, length: length ?? 0)
    }

    /// A redirect within the upstream stays on this server.
    private static func pathOfOwn(_ location: String, upstreamOrigin: String) -> String {
        guard location.hasPrefix(upstreamOrigin) else { return location }
        let rest = location.dropFirst(upstreamOrigin.count)
        return rest.isEmpty ? "/" : rest.hasPrefix("/") ? String(rest) : location
    }

    // MARK: Errors

    private static func reply(to error: ModuleError) -> HTTPReply {
        let status: HTTPResponseStatus =
            switch error.code {
            case .badRequest, .unknownType: .badRequest
            case .notFound: .notFound
            case .forbidden: .forbidden
            case .tooLarge: .payloadTooLarge
            case .upstreamRefused, .upstreamTruncated, .upstreamStatus: .badGateway
            case .upstreamTimeout: .gatewayTimeout
            case .rateLimited: .tooManyRequests
            case .notText, .internal: .internalServerError
            }
        return .text(status, error.message)
    }

    private static func reply(to error: UpstreamError, upstreamOrigin: String) -> HTTPReply {
        switch error.code {
        case .redirectOutside:
            if let location = error.location {
                return .text(.temporaryRedirect, error.message, headers: ["Location": location])
            }
            return .text(.badGateway, error.message)
        case .timeout, .overloaded:
            return .text(.gatewayTimeout, error.message)
        default:
            return .text(.badGateway, error.message)
        }
    }
}
