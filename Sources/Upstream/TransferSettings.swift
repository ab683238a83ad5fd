/// What all transfers to one upstream have in common.
struct TransferSettings: Sendable {
    let origin: UpstreamOrigin
    let connectTimeout: Duration
    let verifiesTLS: Bool
    let asksForCompression: Bool

    init(origin: UpstreamOrigin, configuration: UpstreamClient.Configuration) {
        self.origin = origin
        connectTimeout = configuration.connectTimeout
        verifiesTLS = configuration.verifyTLS ?? !origin.isLoopback
        asksForCompression = configuration.asksForCompression ?? !origin.isLoopback
    }
}
