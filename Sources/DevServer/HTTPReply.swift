import ModuleStore
import NIOCore
import NIOHTTP1

/// A complete answer to one HTTP request, before it is written.
struct HTTPReply: Sendable {
    enum Body: Sendable {
        case none
        case bytes(ByteBuffer)
        /// Part of an open file, which is closed when it has been sent.
        case file(FileSlice)
    }

    struct FileSlice: Sendable {
        let file: OpenFileHandle
        let range: Range<Int>
    }

    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: Body
    /// `Content-Length` where it differs from the body's own, as in an answer to HEAD.
    var length: Int

    init(status: HTTPResponseStatus, headers: HTTPHeaders = [:], body: Body = .none, length: Int? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.length =
            length
            ?? {
                switch body {
                case .none: 0
                case .bytes(let buffer): buffer.readableBytes
                case .file(let slice): slice.range.count
                }
            }()
    }

    /// A line of text for a person.
    static func text(_ status: HTTPResponseStatus, _ message: String, headers: HTTPHeaders = [:]) -> Self {
        var headers = headers
        headers.replaceOrAdd(name: "Content-Type", value: "text/plain; charset=utf-8")
        headers.replaceOrAdd(name: "Cache-Control", value: "no-store")
        return HTTPReply(status: status, headers: headers, body: .bytes(ByteBuffer(string: message + "\n")))
    }

    /// The head as it goes onto the wire.
    /// - Parameters:
    ///   - version: The server's version.
    ///   - keepAlive: Whether the connection stays open.
    func head(version: String, keepAlive: Bool) -> HTTPResponseHead {
        var headers = headers
        headers.replaceOrAdd(name: "Server", value: "pitlane/\(version)")
        headers.replaceOrAdd(name: "X-Content-Type-Options", value: "nosniff")
        if !headers.contains(name: "Cross-Origin-Resource-Policy") {
            headers.add(name: "Cross-Origin-Resource-Policy", value: "same-origin")
        }
        if status != .notModified, status != .noContent {
            headers.replaceOrAdd(name: "Content-Length", value: String(length))
        }
        if !keepAlive { headers.replaceOrAdd(name: "Connection", value: "close") }
        return HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    }
}
