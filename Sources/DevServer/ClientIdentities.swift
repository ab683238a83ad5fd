import NIOCore

/// Which client is which, over all its connections: `session-resume`.
///
/// The token is the client's secret, its identifier may be shown to others. Bounded: who came first is forgotten first.
/// Pure but for the random identifiers, touched under its owner's lock.
struct ClientIdentities {
    struct Identity: Equatable, Sendable {
        let token: String
        let clientIdentifier: String
    }

    private let maximumClients: Int
    private var identifiers: [String: String] = [:]
    private var order = CircularBuffer<String>()

    init(maximumClients: Int = ServerLimits.rememberedClients) { self.maximumClients = maximumClients }

    /// The identity of a client.
    /// - Parameter token: What it was told earlier; without one, or with one that is not known, it is a new client.
    mutating func identify(_ token: String?) -> Identity {
        if let token, let known = identifiers[token] {
            return Identity(token: token, clientIdentifier: known)
        }
        let new = Identity(token: RandomToken.make(), clientIdentifier: RandomToken.make())
        identifiers[new.token] = new.clientIdentifier
        order.append(new.token)
        while order.count > maximumClients, let oldest = order.popFirst() { identifiers[oldest] = nil }
        return new
    }
}
