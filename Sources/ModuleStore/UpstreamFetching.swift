import ModuleProtocol
import NIOCore

/// What the store asks of the upstream.
package struct UpstreamModuleRequest: Sendable, Equatable {
    /// Percent-encoded, with a leading slash and the query.
    package var urlPath: String
    /// For a conditional request (RFC 9110 section 13.1.2).
    package var etag: String?
    /// For a conditional request (RFC 9110 section 13.1.3).
    package var lastModified: String?
    /// Bytes the body may have.
    package var maxBodyBytes: Int
}

/// What the upstream answered, complete and undamaged.
package enum UpstreamModuleAnswer: Sendable {
    /// The copy that the request's validators name is current.
    case notModified
    /// A body of a 2xx answer.
    case content(UpstreamContent)
    /// Any other status.
    case status(Int)
}

/// The body of an upstream's answer and what was said of it.
package struct UpstreamContent: Sendable {
    /// The decoded body.
    package var body: ByteBuffer
    /// The `Content-Type` header as it came.
    package var contentType: String?
    /// The `ETag` header as it came.
    package var etag: String?
    /// The `Last-Modified` header as it came.
    package var lastModified: String?
    /// URL path and query that answered after redirects; `nil` without any.
    package var redirectedTo: String?

    /// Creates content.
    /// - Parameters:
    ///   - body: The decoded body.
    ///   - contentType: The `Content-Type` header.
    ///   - etag: The `ETag` header.
    ///   - lastModified: The `Last-Modified` header.
    ///   - redirectedTo: URL path and query that answered after redirects.
    package init(
        body: ByteBuffer, contentType: String? = nil, etag: String? = nil, lastModified: String? = nil,
        redirectedTo: String? = nil
    ) {
        self.body = body
        self.contentType = contentType
        self.etag = etag
        self.lastModified = lastModified
        self.redirectedTo = redirectedTo
    }
}

/// Where modules come from that are not on disk.
package protocol UpstreamFetching: Sendable {
    /// Fetches one module.
    /// - Parameters:
    ///   - request: What to fetch.
    ///   - completion: Called exactly once, on any thread. A failure has one of the `upstream_…` codes,
    ///     ``ErrorCode/tooLarge``, ``ErrorCode/forbidden`` or ``ErrorCode/internal``, and a message without the path.
    func fetchModule(
        _ request: UpstreamModuleRequest,
        completion: @escaping @Sendable (Result<UpstreamModuleAnswer, ModuleError>) -> Void)
}
