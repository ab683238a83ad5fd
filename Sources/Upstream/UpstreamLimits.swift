/// Every limit of this target, in one place.
package enum UpstreamLimits {
    /// How long one connection attempt may take.
    package static let connectTimeout: Duration = .seconds(3)
    /// How long a fetch may take from its first attempt on, repeats and redirects included.
    package static let totalTimeout: Duration = .seconds(10)
    /// How long a fetch may wait for its first attempt.
    package static let queueTimeout: Duration = .seconds(60)
    /// How often a body is asked for before it counts as truncated.
    package static let attempts = 10
    /// The wait before the second repeat; the first has none, each later one twice the wait before it.
    package static let backoffStep: Duration = .milliseconds(5)
    /// The longest wait between two attempts.
    package static let backoffLimit: Duration = .milliseconds(100)
    /// Redirects followed within the upstream's origin.
    package static let redirects = 5
    /// Connections to the upstream at the same time; browsers use as many per host.
    package static let connections = 6
    /// Fetches that may wait for a connection.
    package static let queuedFetches = 10_000
    /// Bytes of a decoded body, where the request does not say.
    package static let bodyBytes = 64 << 20
    /// Bytes of an answer's head, interim answers included.
    package static let headBytes = 256 << 10
    /// Bytes of memory set aside for a body because of its Content-Length, before any of it has arrived.
    package static let reservedBodyBytes = 1 << 20
    /// Bytes of a request's path and query.
    package static let pathBytes = 16 << 10
}
