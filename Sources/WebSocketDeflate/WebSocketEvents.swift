import NIOCore

/// What ``WebSocketMessageHandler`` tells the next handler.
package enum WebSocketInbound {
    /// A whole text message, valid UTF-8, inflated.
    case text(ByteBuffer)
    /// A whole binary message, inflated.
    case binary(ByteBuffer)
    /// The peer answered a ping, or sent a pong of its own accord.
    case pong
    /// The WebSocket is over; sent once, and nothing follows. The handler closes the channel by itself.
    ///
    /// `code` is the peer's close code, ours when the peer broke the protocol, 1005 when the peer's Close frame
    /// had none, 1006 when the connection ended without a Close frame.
    indirect case closed(code: UInt16, reason: String)
}

/// What ``WebSocketMessageHandler`` can be given to write.
package enum WebSocketOutbound: Sendable {
    /// A message.
    case message(OutboundMessage)
    /// A ping; only the first 125 bytes are used.
    case ping(ByteBuffer)
    /// Starts the closing handshake after what has been written so far; later writes are dropped.
    ///
    /// `code` 1005 sends a Close frame without a code; the reason is cut to 123 bytes of UTF-8.
    case close(code: UInt16, reason: String)
}

/// A write that came after the closing handshake had begun.
package struct WebSocketClosedError: Error, Equatable, Sendable {}
