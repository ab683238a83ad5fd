/// What all transfers to one upstream have in common.
struct TransferSettings: Sendable {
    let origin: UpstreamOrigin
    let connectTimeout: Duration
    let verifiesTLS: Bool
    /// Empty means every coding that libcurl can undo.
    let acceptEncoding: String

    init(origin: UpstreamOrigin, configuration: UpstreamClient.Configuration) {
        self.origin = origin
        connectTimeout = configuration.connectTimeout
        verifiesTLS = configuration.verifyTLS ?? !origin.isLoopback
        acceptEncoding = configuration.acceptEncoding ?? (origin.isLoopback ? "identity" : "")
    }
}
