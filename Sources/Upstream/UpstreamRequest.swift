/// One thing to ask the upstream for.
package struct UpstreamRequest: Sendable {
    /// The methods that may be forwarded: those without a body that are safe to repeat.
    package enum Method: String, Sendable, Equatable {
        /// The head and the body.
        case get = "GET"
        /// The head only.
        case head = "HEAD"
    }

    /// Percent-encoded path and query with a leading slash; the base URL's path is put in front of it.
    package var pathAndQuery: String
    /// GET or HEAD.
    package var method: Method
    /// Headers to forward.
    ///
    /// Left out are: hop-by-hop ones (RFC 9110, section 7.6.1), `Host`, `Accept-Encoding`, `Content-Length`,
    /// `Expect`, conditional ones where ``etag`` or ``lastModified`` says otherwise, and malformed ones.
    package var headers: [(name: String, value: String)]
    /// The entity tag of what the caller holds, quotes included (RFC 9110, section 13.1.2).
    package var etag: String?
    /// The `Last-Modified` of what the caller holds (RFC 9110, section 13.1.3).
    package var lastModified: String?
    /// Bytes of the decoded body above which the fetch fails with ``UpstreamError/Code/tooLarge``.
    package var maxBodyBytes: Int
    /// Whether redirects within the upstream's origin are followed.
    ///
    /// Otherwise a redirect is an answer like any other. One that leads elsewhere is never followed.
    package var followsRedirects: Bool

    /// Creates a request.
    /// - Parameters:
    ///   - pathAndQuery: Percent-encoded path and query with a leading slash.
    ///   - method: GET or HEAD.
    ///   - headers: Headers to forward.
    ///   - etag: The entity tag of what the caller holds, quotes included.
    ///   - lastModified: The `Last-Modified` of what the caller holds.
    ///   - maxBodyBytes: Bytes of the decoded body above which the fetch fails.
    ///   - followsRedirects: Whether redirects within the upstream's origin are followed.
    package init(
        pathAndQuery: String, method: Method = .get, headers: [(name: String, value: String)] = [],
        etag: String? = nil, lastModified: String? = nil, maxBodyBytes: Int = UpstreamLimits.bodyBytes,
        followsRedirects: Bool = true
    ) {
        self.pathAndQuery = pathAndQuery
        self.method = method
        self.headers = headers
        self.etag = etag
        self.lastModified = lastModified
        self.maxBodyBytes = maxBodyBytes
        self.followsRedirects = followsRedirects
    }
}
