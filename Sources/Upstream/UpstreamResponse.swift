/// A complete answer: its body is exactly what the upstream meant to send.
package struct UpstreamResponse: Sendable {
    /// The status; 400 and above are answers as well, not errors.
    package var status: Int
    /// The headers in order of arrival, without hop-by-hop ones and without those that a decoded body belies
    /// (`Content-Encoding`, and `Content-Length` with it).
    package var headers: [(name: String, value: String)]
    /// The whole body with its content coding removed.
    package var body: [UInt8]
    /// Whether what the caller holds still is the current version (status 304 to a conditional request).
    package var notModified: Bool
    /// How often the body had to be asked for; 1 is the usual case.
    package var attempts: Int
    /// Path and query that answered, after redirects; nil when there were none.
    package var redirectedTo: String?

    /// Creates an answer.
    /// - Parameters:
    ///   - status: The status.
    ///   - headers: The headers.
    ///   - body: The decoded body.
    ///   - notModified: Whether what the caller holds is current.
    ///   - attempts: How often the body had to be asked for.
    ///   - redirectedTo: Path and query that answered, after redirects.
    package init(
        status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        notModified: Bool = false,
        attempts: Int = 1, redirectedTo: String? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.notModified = notModified
        self.attempts = attempts
        self.redirectedTo = redirectedTo
    }

    /// The value of the first header of that name.
    /// - Parameter name: The header's name in any case.
    /// - Returns: The value, or nil when there is no such header.
    package func header(_ name: String) -> String? {
        headers.first { HeaderFields.sameName($0.name, name) }?.value
    }

    /// The `Content-Type`.
    package var contentType: String? { header("Content-Type") }
    /// The `ETag`, quotes included.
    package var etag: String? { header("ETag") }
    /// The `Last-Modified` date.
    package var lastModified: String? { header("Last-Modified") }
    /// The `Location` of a redirect.
    package var location: String? { header("Location") }
}
