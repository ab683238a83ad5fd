/// The name of a channel that sessions subscribe to: 1 to 64 of `a`–`z`, `0`–`9`, `:`, `_` and `-`.
///
/// See "Channels" in docs/protocol.md.
package struct ChannelName: Sendable, Hashable, CustomStringConvertible {
    /// The name itself.
    package let text: String

    /// Every change of a module; each session is subscribed to it from the start.
    package static let modules = ChannelName(known: "modules")
    /// How many sessions there are.
    package static let connections = ChannelName(known: "connections")
    /// What `import.meta.hot.send` sends.
    package static let hot = ChannelName(known: "hot")

    /// Checks a name.
    /// - Parameter text: What a client or a person wrote; `nil` comes of anything that is no name.
    package init?(_ text: String) {
        let isName =
            (1...ProtocolLimits.channelNameBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard isName else { return nil }
        self.text = text
    }

    private init(known: String) { text = known }

    package var description: String { text }
}
