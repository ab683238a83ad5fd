import NIOCore

/// Unmasks the payloads of all frames in a read at once.
///
/// Doing so before the first slice is given away keeps the buffer unshared while it is written to, and makes
/// the payloads of whole messages plain slices of it.
struct WebSocketUnmasker {
    private var maskingKey: UInt32 = 0
    /// Bytes of the current frame's payload that have not been received.
    private var missingBytes = 0
    /// Bytes of the current frame's payload that have been unmasked.
    private var offset = 0
    /// Set by a frame that no assembler accepts: what follows means nothing.
    private var isLost = false

    /// Unmasks what is new in `buffer`.
    ///
    /// - Parameters:
    ///   - buffer: Received bytes; its memory must not be shared.
    ///   - frameHeaderPrefixBytes: How many bytes at its start were there before: always the beginning of a
    ///     frame header, so there is nothing to skip when a payload is being received.
    mutating func unmask(_ buffer: inout ByteBuffer, frameHeaderPrefixBytes: Int) {
        guard !isLost else { return }
        assert(missingBytes == 0 || frameHeaderPrefixBytes == 0)
        buffer.withUnsafeMutableReadableBytes { bytes in
            var index = 0
            while true {
                if missingBytes > 0 {
                    let count = min(missingBytes, bytes.count - index)
                    let part = UnsafeMutableRawBufferPointer(rebasing: bytes[index..<index + count])
                    WebSocketMask.apply(part, key: maskingKey, offset: offset)
                    index += count
                    offset += count
                    missingBytes -= count
                    if missingBytes > 0 { return }
                }
                guard let header = WebSocketFrameHeader(UnsafeRawBufferPointer(rebasing: bytes[index...]))
                else { return }
                guard header.isMasked, let length = Int(exactly: header.payloadBytes) else {
                    isLost = true
                    return
                }
                index += header.headerBytes
                maskingKey = header.maskingKey
                missingBytes = length
                offset = 0
                if missingBytes > 0, index == bytes.count { return }
            }
        }
    }
}
