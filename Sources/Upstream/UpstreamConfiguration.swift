extension UpstreamClient {
    /// Where the upstream is and how patiently it is asked.
    package struct Configuration: Sendable {
        /// The base URL: http or https, optionally with credentials and a path prefix.
        package var base: String
        /// How long one connection attempt may take.
        package var connectTimeout: Duration
        /// How long a fetch may take from its first attempt on.
        package var totalTimeout: Duration
        /// How long a fetch may wait for its first attempt.
        package var queueTimeout: Duration
        /// How often a body is asked for before it counts as truncated; at least 1.
        package var attempts: Int
        /// Connections at the same time; at least 1.
        package var maxConnections: Int
        /// Fetches that may wait for a connection.
        package var maxQueued: Int
        /// Whether certificates are verified; nil verifies except on loopback, where dev servers sign their own.
        package var verifyTLS: Bool?
        /// Whether to ask for compressed bodies; nil asks except on loopback, where bytes are free and compressing
        /// them is not.
        ///
        /// A body that comes compressed is decoded in any case.
        package var asksForCompression: Bool?

        /// Creates a configuration with the defaults of ``UpstreamLimits``.
        /// - Parameters:
        ///   - base: The base URL.
        ///   - connectTimeout: How long one connection attempt may take.
        ///   - totalTimeout: How long a fetch may take from its first attempt on.
        ///   - queueTimeout: How long a fetch may wait for its first attempt.
        ///   - attempts: How often a body is asked for before it counts as truncated.
        ///   - maxConnections: Connections at the same time.
        ///   - maxQueued: Fetches that may wait for a connection.
        ///   - verifyTLS: Whether certificates are verified; nil verifies except on loopback.
        ///   - asksForCompression: Whether to ask for compressed bodies; nil asks except on loopback.
        package init(
            base: String,
            connectTimeout: Duration = UpstreamLimits.connectTimeout,
            totalTimeout: Duration = UpstreamLimits.totalTimeout,
            queueTimeout: Duration = UpstreamLimits.queueTimeout,
            attempts: Int = UpstreamLimits.attempts,
            maxConnections: Int = UpstreamLimits.connections,
            maxQueued: Int = UpstreamLimits.queuedFetches,
            verifyTLS: Bool? = nil,
            asksForCompression: Bool? = nil
        ) {
            self.base = base
            self.connectTimeout = connectTimeout
            self.totalTimeout = totalTimeout
            self.queueTimeout = queueTimeout
            self.attempts = max(1, attempts)
            self.maxConnections = max(1, maxConnections)
            self.maxQueued = maxQueued
            self.verifyTLS = verifyTLS
            self.asksForCompression = asksForCompression
        }
    }
}
