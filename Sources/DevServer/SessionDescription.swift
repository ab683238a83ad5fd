import ModuleProtocol
import NIOCore
import NIOHTTP1

/// What `GET /@pitlane/api/clients` tells of a session.
struct SessionDescription: Sendable {
    /// What is known from the handshake.
    struct Client: Sendable {
        /// Where it connected from; behind a proxy the first forwarded address.
        let address: String
        /// The page's origin.
        let origin: String?
        let userAgent: String?
        /// Milliseconds since 1970, UTC.
        let connected: Int64

        init(head: HTTPRequestHead, peer: SocketAddress?) {
            let forwarded = head.headers[canonicalForm: "x-forwarded-for"].first.map(String.init)
            address = Self.clipped(forwarded) ?? peer?.ipAddress ?? "unknown"
            origin = Self.clipped(head.headers.first(name: "origin"))
            userAgent = Self.clipped(head.headers.first(name: "user-agent"))
            connected = WallClock.millisecondsSince1970
        }

        private static func clipped(_ text: String?) -> String? {
            text.map { String($0.prefix(ServerLimits.describedCharacters)) }
        }
    }

    let session: String
    /// Which client this is, if it has asked.
    let clientIdentifier: String?
    let client: Client
    let channels: Set<ChannelName>
    let isDeflated: Bool

    var connected: Int64 { client.connected }

    var json: JSONObject {
        var object = JSONObject()
        object.add("session", session)
        object.add("clientId", clientIdentifier)
        object.add("address", client.address)
        object.add("origin", client.origin)
        object.add("userAgent", client.userAgent)
        object.add("connected", client.connected)
        object.add("channels", channels.map(\.text).sorted())
        object.add("compressed", isDeflated)
        return object
    }
}

extension SessionHandler {
    /// Must be called on the event loop.
    var description: SessionDescription {
        SessionDescription(
            session: identifier, clientIdentifier: clientIdentifier, client: client, channels: channels,
            isDeflated: sendsDeflated)
    }
}
