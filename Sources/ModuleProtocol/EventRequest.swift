/// An `event` of a client: to be forwarded to the subscribers of a channel.
package struct EventRequest: Sendable, Equatable {
    /// Where it is published.
    package var channel: ChannelName
    /// The event's name, chosen by the client.
    package var event: String?
    /// The client's JSON value as it was written; `nil` when there was none.
    package var data: [UInt8]?
    /// The request's `id`.
    package var id: RequestID?

    /// Creates a request.
    /// - Parameters:
    ///   - channel: Where it is published.
    ///   - event: The event's name.
    ///   - data: A JSON value; must be valid.
    ///   - id: The request's `id`.
    package init(channel: ChannelName, event: String? = nil, data: [UInt8]? = nil, id: RequestID? = nil) {
        self.channel = channel
        self.event = event
        self.data = data
        self.id = id
    }

    init(_ fields: Fields, id: RequestID?, scanner: JSONScanner) throws(ModuleError) {
        let name = try fields.required(.channel, of: "event", scanner)
        let event = try fields.string(.event, scanner)
        if let event, event.utf8.count > ProtocolLimits.eventNameBytes {
            throw ModuleError(
                .tooLarge,
                message: "The field \"event\" is longer than \(ProtocolLimits.eventNameBytes) bytes.")
        }
        let data = fields[.data].map(scanner.rawBytes)
        if let data, data.count > ProtocolLimits.eventBytes {
            throw ModuleError(
                .tooLarge,
                message: "The field \"data\" has \(data.count) bytes of JSON; an event may carry "
                    + "\(ProtocolLimits.eventBytes). Send less, or a path to fetch.")
        }
        self.init(channel: try Self.channel(name), event: event, data: data, id: id)
    }

    /// Decodes the body of a request over HTTP, which has no `type` and no `id`.
    /// - Parameter bytes: The body.
    /// - Throws: ``ModuleError`` with code ``ErrorCode/badRequest`` or ``ErrorCode/tooLarge``.
    package init(decodingBody bytes: UnsafeRawBufferPointer) throws(ModuleError) {
        let example = #"{"channel": "hot", "event": "name", "data": 1}"#
        let (fields, scanner) = try Fields.ofBody(bytes, example: example)
        try self.init(fields, id: nil, scanner: scanner)
    }

    private static func channel(_ text: String) throws(ModuleError) -> ChannelName {
        guard let name = ChannelName(text) else { throw ChannelName.invalid(text) }
        return name
    }
}

/// The body of `POST /@pitlane/api/reload`: have the pages load anew.
package struct ReloadRequest: Sendable, Equatable {
    /// The module or document because of which, as the client wrote it; `nil` for no particular one.
    package var path: String?

    /// Creates a request.
    /// - Parameter path: The module or document because of which.
    package init(path: String? = nil) { self.path = path }

    /// Decodes the body; none at all is an empty object.
    /// - Parameter bytes: The body.
    /// - Throws: ``ModuleError`` with code ``ErrorCode/badRequest``.
    package init(decodingBody bytes: UnsafeRawBufferPointer) throws(ModuleError) {
        guard !bytes.isEmpty else { return }
        let (fields, scanner) = try Fields.ofBody(bytes, example: #"{"path": "lib/a.mjs"}"#)
        path = try fields.string(.path, scanner)
    }
}

/// A `resume` of a client: it was connected before and tells how far it came.
package struct ResumeRequest: Sendable, Equatable {
    /// The earlier session, as its `hello` named it.
    package var session: String
    /// Number of the last event the client knows.
    package var sequenceNumber: UInt64
    /// The request's `id`.
    package var id: RequestID?

    /// Creates a request.
    /// - Parameters:
    ///   - session: The earlier session.
    ///   - sequenceNumber: Number of the last event the client knows.
    ///   - id: The request's `id`.
    package init(session: String, sequenceNumber: UInt64, id: RequestID? = nil) {
        self.session = session
        self.sequenceNumber = sequenceNumber
        self.id = id
    }

    init(_ fields: Fields, id: RequestID?, scanner: JSONScanner) throws(ModuleError) {
        let session = try fields.required(.session, of: "resume", scanner)
        guard let number = try fields.count(.seq, scanner) else {
            throw ModuleError(
                .badRequest,
                message: #"A resume needs the field "seq", the number of the last event that was seen."#)
        }
        self.init(session: session, sequenceNumber: UInt64(number), id: id)
    }
}

extension ChannelName {
    /// The names of a `subscribe` or `unsubscribe`: `channels`, an array, or `channel`, a string.
    static func list(
        _ fields: Fields, of type: String, _ scanner: JSONScanner
    ) throws(ModuleError) -> [ChannelName] {
        var texts = try fields.strings(.channels, scanner) ?? []
        if let text = try fields.string(.channel, scanner) { texts.append(text) }
        guard !texts.isEmpty else {
            throw ModuleError(
                .badRequest,
                message: #"A \#(type) needs the field "channels", an array of names such as ["modules"]."#)
        }
        guard texts.count <= ProtocolLimits.channelsPerSession else {
            throw tooMany
        }
        var names: [ChannelName] = []
        for text in texts {
            guard let name = ChannelName(text) else { throw invalid(text) }
            names.append(name)
        }
        return names
    }

    static func invalid(_ text: String) -> ModuleError {
        ModuleError(
            .badRequest,
            message: "\"\(text.prefix(ProtocolLimits.channelNameBytes))\" is no channel's name: 1 to "
                + "\(ProtocolLimits.channelNameBytes) of a-z, 0-9, \":\", \"_\" and \"-\".")
    }

    /// What is answered to a session that subscribes to more than it may.
    package static var tooMany: ModuleError {
        ModuleError(
            .badRequest,
            message: "A session may subscribe to \(ProtocolLimits.channelsPerSession) channels. "
                + "Unsubscribe from some first.")
    }
}
