/// The `code` of an `error` or `module:error` message.
package enum ErrorCode: String, Sendable, CaseIterable {
    /// The message is not a JSON object of the documented form.
    case badRequest = "bad_request"
    /// The message's `type` is not known to this version.
    case unknownType = "unknown_type"
    /// Neither the disk nor the upstream has the module.
    case notFound = "not_found"
    /// The path leaves the root, or names something that is never served.
    case forbidden = "forbidden"
    /// The module is larger than ``ProtocolLimits/moduleBytes``.
    case tooLarge = "too_large"
    /// The content cannot be sent in a text frame.
    case notText = "not_text"
    /// The upstream cannot be reached.
    case upstreamRefused = "upstream_refused"
    /// The upstream did not answer in time.
    case upstreamTimeout = "upstream_timeout"
    /// The upstream's answer was cut short, repeatedly.
    case upstreamTruncated = "upstream_truncated"
    /// The upstream answered with an error status.
    case upstreamStatus = "upstream_status"
    /// The client sends more than it may.
    case rateLimited = "rate_limited"
    /// Pitlane failed; its log says why.
    case `internal` = "internal"
}
