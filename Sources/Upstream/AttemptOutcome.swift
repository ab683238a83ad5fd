/// How one transfer ended.
enum AttemptOutcome: Sendable {
    /// With a whole answer.
    case response(UpstreamResponse)
    /// With a redirect to a path and query of the same origin.
    case redirect(to: String)
    /// With an answer that must be asked for in another way; not the upstream's fault.
    case again
    /// With a body that is not whole, or no answer at all; worth another attempt.
    case damaged(UpstreamError)
    /// With something that another attempt would not change.
    case failed(UpstreamError)
}
