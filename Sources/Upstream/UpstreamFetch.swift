/// A request on its way, and who waits for it.
struct UpstreamFetch: Sendable {
    let id: UpstreamPoolStateMachine.FetchID
    let target: String
    let request: UpstreamRequest
    let completion: @Sendable (Result<UpstreamResponse, UpstreamError>) -> Void
}
