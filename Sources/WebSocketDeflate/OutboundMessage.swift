import NIOCore

/// A message to send, ready to go to any number of clients.
///
/// A part that differs per client (`prefix`) can stand before a body that was deflated once for all of them:
/// the prefix then travels in a stored deflate block, which is byte-aligned, followed by the deflated body.
package struct OutboundMessage: Sendable {
    /// What the message is.
    package enum Kind: UInt8, Sendable {
        /// UTF-8 text.
        case text = 0x1
        /// Bytes.
        case binary = 0x2
    }

    /// Text or binary.
    package var kind: Kind
    /// Bytes that come before the body in the same message.
    package var prefix: ByteBuffer?
    /// The body as it is.
    package var body: ByteBuffer
    /// The body as ``MessageDeflater`` with a window of 15 bits made it; nil: not deflated ahead of time.
    package var deflatedBody: ByteBuffer?

    /// A message.
    ///
    /// - Parameters:
    ///   - kind: Text or binary; text must be UTF-8.
    ///   - prefix: Bytes that come before the body.
    ///   - body: The body as it is.
    ///   - deflatedBody: The body from ``MessageDeflater`` with 15 window bits.
    package init(kind: Kind, prefix: ByteBuffer? = nil, body: ByteBuffer, deflatedBody: ByteBuffer? = nil) {
        self.kind = kind
        self.prefix = prefix
        self.body = body
        self.deflatedBody = deflatedBody
    }

    /// A text message from bytes at hand.
    ///
    /// - Parameter utf8: The text in UTF-8.
    /// - Returns: A message without a prefix, not deflated ahead of time.
    package static func text(_ utf8: [UInt8]) -> OutboundMessage {
        OutboundMessage(kind: .text, body: ByteBuffer(bytes: utf8))
    }
}

/// Deflate blocks without compression (RFC 1951 section 3.2.4), which may stand before any deflated data that
/// begins at a byte's start.
package enum StoredDeflateBlock {
    static let maximumBytes = Int(UInt16.max)
    static let headerBytes = 5

    /// Size of `count` bytes in stored blocks, in bytes.
    ///
    /// - Parameter count: How many bytes are to be stored; 0 takes no block.
    /// - Returns: The size with the headers of the blocks.
    package static func encodedBytes(_ count: Int) -> Int {
        count + (count + maximumBytes - 1) / maximumBytes * headerBytes
    }

    /// Appends `bytes` in stored blocks, none of them final.
    ///
    /// - Parameters:
    ///   - bytes: What to store.
    ///   - buffer: Where to.
    package static func write(_ bytes: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) {
        var start = 0
        while start < bytes.count {
            let count = min(bytes.count - start, maximumBytes)
            let length = UInt16(count)
            buffer.writeMultipleIntegers(UInt8(0), length, ~length, endianness: .little)
            buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
            start += count
        }
    }
}
