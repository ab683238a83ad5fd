import NIOCore

/// Every bound of this target, in one place.
package enum WebSocketLimits {
    /// Largest message accepted from a client, in bytes after inflation.
    package static let messageBytes = 1024 * 1024
    /// Above this no message limit goes: a buffer cannot hold more than 4 GiB.
    static let largestMessageBytes = 1024 * 1024 * 1024
    /// Largest payload of a control frame, in bytes (RFC 6455 section 5.5).
    package static let controlPayloadBytes = 125
    /// Largest close reason, in bytes of UTF-8: a control payload less the two bytes of the code.
    package static let closeReasonBytes = controlPayloadBytes - 2
    /// How long the peer may take to close its side once our Close frame is on the wire.
    package static let closeHandshake: TimeAmount = .seconds(1)
    /// How long what was queued before a Close frame may take to be written.
    package static let closeFlush: TimeAmount = .seconds(3)
    /// Messages shorter than this many bytes are not worth deflating one by one.
    package static let deflateThreshold = 256
    /// Payloads of at least this many bytes are passed on as they are instead of being copied.
    static let copiedPayloadBytes = 16 * 1024
    /// Coalesced frames are handed to the channel when this many bytes have come together.
    static let coalescedBytes = 64 * 1024
    /// What the buffer of a message in several pieces reserves at most on the word of a frame header.
    static let reservedBytes = 4 * 1024
    /// First size of the buffer frames are coalesced in, in bytes.
    static let outboundBufferBytes = 512
    /// Working memory of one inflater or deflater, in bytes, besides zlib's own.
    static let codecScratchBytes = 32 * 1024

    /// Largest deflated form a message of `messageBytes` can reasonably have.
    ///
    /// Deflate expands what it cannot compress: 5 bytes per stored block, 9 bits per byte in fixed codes.
    static func deflatedBytes(messageBytes: Int) -> Int {
        messageBytes + messageBytes / 8 + 128
    }
}
