/// The bounds of the wire protocol that `hello` states.
package struct ProtocolLimits: Sendable, Equatable {
    /// Bytes of one client message after inflation; a longer one closes the connection with 1009.
    package var clientMessageBytes: Int
    /// Bytes of one module; a larger one is answered `too_large`.
    package var moduleBytes: Int
    /// Modules in one `module:list` answer.
    package var listCount: Int
    /// Milliseconds between the server's pings.
    package var heartbeatMilliseconds: Int
    /// Milliseconds after which a silent client is closed.
    package var silenceMilliseconds: Int

    /// Bytes of a module path as a client may write it, a full URL included.
    package static let pathBytes = 4_096
    /// Bytes of a request's `id`, which is echoed in every answer.
    package static let requestIDBytes = 1_024
    /// Entries of one `module:graph`.
    package static let graphEntries = 1_024
    /// Modules of one `module:graph`, whether found or missing.
    package static let graphModules = 50_000
    /// Modules that one page may report as running.
    package static let hotModules = 50_000
    /// Files that one `hot:running` may ask about.
    package static let hotFiles = 10_000
    /// Bytes of modules that one `hot:update` carries; a client asks for the others by `module:request`.
    package static let hotContentBytes = 8 << 20
    /// Bytes of modules at which a pack of a graph is sent.
    package static let packBytes = 512 << 10
    /// Bytes of modules that only a pack of one module exceeds.
    package static let packMaximumBytes = 1 << 20
    /// Bytes of a channel's name.
    package static let channelNameBytes = 64
    /// Channels that one session is subscribed to.
    package static let channelsPerSession = 64
    /// Bytes of the JSON that a client's `event` carries.
    package static let eventBytes = 64 << 10
    /// Bytes of the name of a client's `event`.
    package static let eventNameBytes = 256
    /// Nesting of arrays and objects in a client message.
    package static let jsonDepth = 64

    /// What a server started without further settings allows.
    package static let `default` = ProtocolLimits()

    /// Creates limits; every parameter has the documented default.
    /// - Parameters:
    ///   - clientMessageBytes: Bytes of one client message after inflation.
    ///   - moduleBytes: Bytes of one module.
    ///   - listCount: Modules in one `module:list` answer.
    ///   - heartbeatMilliseconds: Milliseconds between the server's pings.
    ///   - silenceMilliseconds: Milliseconds after which a silent client is closed.
    package init(
        clientMessageBytes: Int = 1 << 20, moduleBytes: Int = 32 << 20, listCount: Int = 10_000,
        heartbeatMilliseconds: Int = 15_000, silenceMilliseconds: Int = 30_000
    ) {
        self.clientMessageBytes = clientMessageBytes
        self.moduleBytes = moduleBytes
        self.listCount = listCount
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.silenceMilliseconds = silenceMilliseconds
    }
}
