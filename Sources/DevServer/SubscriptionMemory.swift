import ModuleProtocol
import NIOCore

/// What sessions that subscribed to something were subscribed to, for when they come back under another name.
///
/// Bounded: who subscribed longest ago is forgotten first. Pure, touched under its owner's lock.
struct SubscriptionMemory {
    private let maximumSessions: Int
    private var channels: [String: Set<ChannelName>] = [:]
    private var order = CircularBuffer<String>()

    init(maximumSessions: Int = ServerLimits.rememberedSubscriptions) {
        self.maximumSessions = maximumSessions
    }

    /// Takes note of everything that a session is subscribed to.
    mutating func remember(_ subscribed: Set<ChannelName>, of session: String) {
        if channels.updateValue(subscribed, forKey: session) == nil { order.append(session) }
        while order.count > maximumSessions, let oldest = order.popFirst() { channels[oldest] = nil }
    }

    /// What a session was subscribed to; `nil` when it never subscribed to anything or is forgotten.
    subscript(session: String) -> Set<ChannelName>? { channels[session] }
}
