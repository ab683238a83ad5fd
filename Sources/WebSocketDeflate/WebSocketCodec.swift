import NIOCore

/// The inflater and deflaters that all connections of one event loop share.
///
/// Not thread-safe. Nothing is allocated before the first compressed message.
package final class WebSocketCodec {
    private let level: Int
    private var inflater: MessageInflater?
    /// By window bits.
    private var deflaters: [Int: MessageDeflater] = [:]

    /// A codec.
    ///
    /// - Parameter level: zlib's level for messages that are deflated on the event loop, 1 to 9.
    package init(level: Int = 1) {
        self.level = level
    }

    /// Inflates one message; see ``MessageInflater/inflate(_:limit:allocator:)``.
    ///
    /// - Parameters:
    ///   - message: The payloads of all frames of the message.
    ///   - limit: Largest size of the result, in bytes.
    ///   - allocator: Where the result's memory comes from.
    /// - Returns: The inflated message.
    /// - Throws: ``InflateError``.
    package func inflate(
        _ message: ByteBuffer, limit: Int, allocator: ByteBufferAllocator
    ) throws(InflateError) -> ByteBuffer {
        let inflater: MessageInflater
        if let existing = self.inflater {
            inflater = existing
        } else {
            inflater = try MessageInflater()
            self.inflater = inflater
        }
        return try inflater.inflate(message, limit: limit, allocator: allocator)
    }

    /// The deflater for a window size.
    ///
    /// - Parameter windowBits: 9 to 15.
    /// - Returns: A deflater, or nil when memory is short: send the message as it is.
    package func deflater(windowBits: Int) -> MessageDeflater? {
        if let existing = deflaters[windowBits] { return existing }
        let deflater = try? MessageDeflater(level: level, windowBits: windowBits)
        deflaters[windowBits] = deflater
        return deflater
    }
}
