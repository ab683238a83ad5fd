/// Why the upstream's answer cannot be had.
package struct UpstreamError: Error, Sendable, CustomStringConvertible {
    /// The closed set of reasons.
    package enum Code: String, Sendable, Hashable {
        /// There is no connection to be had: refused, unreachable, or the host name is unknown.
        case refused
        /// No connection, or no whole answer, in time.
        case timeout
        /// Every attempt ended before the whole body had arrived, or with a body that cannot be decoded.
        case truncated
        /// The body is larger than the request allows.
        case tooLarge
        /// A redirect leads to another origin.
        case redirectOutside
        /// More redirects than are followed.
        case tooManyRedirects
        /// The base URL or the request's path is none.
        case invalidURL
        /// The client has not been started or has been stopped.
        case stopped
        /// More fetches wait than the queue holds.
        case overloaded
        /// Anything else, such as a certificate that cannot be verified.
        case other
    }

    /// The reason.
    package var code: Code
    /// What happened and what to do, without credentials.
    package var message: String
    /// How often the upstream was asked.
    package var attempts: Int
    /// libcurl's result code, if it was the one to fail.
    package var curlCode: Int?
    /// Where a redirect leads, if that is the reason.
    package var location: String?

    /// Creates an error.
    /// - Parameters:
    ///   - code: The reason.
    ///   - message: What happened and what to do.
    ///   - attempts: How often the upstream was asked.
    ///   - curlCode: libcurl's result code.
    ///   - location: Where a redirect leads.
    package init(
        code: Code, message: String, attempts: Int = 0, curlCode: Int? = nil, location: String? = nil
    ) {
        self.code = code
        self.message = message
        self.attempts = attempts
        self.curlCode = curlCode
        self.location = location
    }

    /// The message.
    package var description: String { message }
}
