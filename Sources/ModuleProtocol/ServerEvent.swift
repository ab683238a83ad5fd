/// What every broadcast carries besides its own fields.
package struct EventStamp: Sendable, Equatable {
    /// The event's number; one counter per process.
    package var sequenceNumber: UInt64
    /// Milliseconds since 1970, UTC.
    package var timestamp: Int64
    /// Who caused it.
    package var source: EventSource

    /// Creates a stamp.
    /// - Parameters:
    ///   - sequenceNumber: The event's number.
    ///   - timestamp: Milliseconds since 1970, UTC.
    ///   - source: Who caused it.
    package init(sequenceNumber: UInt64, timestamp: Int64, source: EventSource) {
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.source = source
    }

    /// Appends the fields, a comma before each.
    package func append(to json: inout [UInt8]) {
        json.appendRaw(#","seq":"#)
        json.appendJSON(sequenceNumber)
        json.appendRaw(#","timestamp":"#)
        json.appendJSON(timestamp)
        json.appendRaw(#","source":"#)
        json.appendJSON(source.rawValue)
    }
}

/// Something that is broadcast to the subscribers of a channel, before it has its number.
package enum ServerEvent: Sendable, Equatable {
    /// A module's bytes changed.
    case moduleUpdated(ModuleChange)
    /// A style sheet changed; told besides ``moduleUpdated(_:)``.
    case cssUpdated(ModuleChange)
    /// An image, a font or a medium changed; told besides ``moduleUpdated(_:)``.
    case assetUpdated(ModuleChange)
    /// So much changed at once that it is not told one by one.
    case resync
    /// Sessions have come or gone.
    case connectionStatus(clients: Int)
    /// A client's own; `sender` is its session, `nil` where it came over HTTP.
    case published(EventRequest, sender: String?)
    /// Somebody has asked for all pages to be loaded anew.
    case reload(path: ModulePath?, reason: String)

    /// Whose subscribers it is for.
    package var channel: ChannelName {
        switch self {
        case .moduleUpdated, .cssUpdated, .assetUpdated, .resync, .reload: .modules
        case .connectionStatus: .connections
        case .published(let request, _): request.channel
        }
    }

    /// The message's JSON.
    /// - Parameter stamp: The fields of every broadcast.
    package func encode(_ stamp: EventStamp) -> [UInt8] {
        var json: [UInt8]
        switch self {
        case .moduleUpdated(let change):
            json = Self.updated("module:updated", change)
        case .cssUpdated(let change):
            json = Self.updated("css:updated", change)
        case .assetUpdated(let change):
            json = Self.updated("asset:updated", change)
        case .resync:
            json = ServerMessage.opening("resync", id: nil)
        case .connectionStatus(let clients):
            json = ServerMessage.opening("connection_status", id: nil)
            json.appendRaw(#","clients":"#)
            json.appendJSON(clients)
        case .published(let request, let sender):
            json = ServerMessage.opening("event", id: nil)
            json.appendRaw(#","channel":"#)
            json.appendJSON(request.channel.text)
            json.appendRaw(#","event":"#)
            json.appendJSON(request.event)
            json.appendRaw(#","session":"#)
            json.appendJSON(sender)
            json.appendRaw(#","data":"#)
            if let data = request.data { json += data } else { json.appendRaw("null") }
        case .reload(let path, let reason):
            json = ServerMessage.opening("reload", id: nil)
            json.appendRaw(#","path":"#)
            json.appendJSON(path?.string)
            json.appendRaw(#","reason":"#)
            json.appendJSON(reason)
        }
        stamp.append(to: &json)
        json.append(UInt8(ascii: "}"))
        return json
    }

    private static func updated(_ type: StaticString, _ change: ModuleChange) -> [UInt8] {
        var json = ServerMessage.opening(type, id: nil)
        json.appendRaw(#","path":"#)
        json.appendJSON(change.path.string)
        json.appendRaw(#","hash":"#)
        json.appendJSON(change.hash)
        json.appendRaw(#","kind":"#)
        json.appendJSON(change.kind.rawValue)
        return json
    }
}

extension ServerMessage {
    /// `subscribed`, the answer to `subscribe` and `unsubscribe`.
    /// - Parameters:
    ///   - channels: Everything the session is subscribed to.
    ///   - id: The request's.
    package static func subscribed(to channels: Set<ChannelName>, id: RequestID?) -> [UInt8] {
        var json = opening("subscribed", id: id)
        json.appendRaw(#","channels":["#)
        for (index, name) in channels.map(\.text).sorted().enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.appendJSON(name)
        }
        json.appendRaw("]}")
        return json
    }

    /// `session-init`, the answer to `session-resume`.
    /// - Parameters:
    ///   - token: To be sent by the client when it comes back.
    ///   - clientID: The client's identity, for others to see.
    ///   - id: The request's.
    package static func sessionInit(token: String, clientID: String, id: RequestID?) -> [UInt8] {
        var json = opening("session-init", id: id)
        json.appendRaw(#","token":"#)
        json.appendJSON(token)
        json.appendRaw(#","clientId":"#)
        json.appendJSON(clientID)
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// `resumed`, sent when every missed event has been.
    /// - Parameters:
    ///   - sequenceNumber: Number of the last event the client now knows of.
    ///   - events: How many were sent again.
    ///   - id: The request's.
    package static func resumed(sequenceNumber: UInt64, events: Int, id: RequestID?) -> [UInt8] {
        var json = opening("resumed", id: id)
        json.appendRaw(#","seq":"#)
        json.appendJSON(sequenceNumber)
        json.appendRaw(#","events":"#)
        json.appendJSON(events)
        json.append(UInt8(ascii: "}"))
        return json
    }
}
