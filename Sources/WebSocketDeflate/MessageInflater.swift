import CZlib
import NIOCore

/// Why a message cannot be inflated.
package enum InflateError: Error, Equatable, Sendable {
    /// The inflated message would be larger than the limit.
    case tooBig
    /// Not deflate data, or a part of it is missing.
    case corrupt
    /// zlib could not get its working memory.
    case outOfMemory
}

/// Inflates messages of permessage-deflate (RFC 7692 section 7.2.2) that do not take over context.
///
/// Every call stands alone, so that one object serves all connections of an event loop. Not thread-safe.
package final class MessageInflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let scratch: UnsafeMutableRawBufferPointer
    /// What the sender has taken off the end (RFC 7692 section 7.2.2).
    private let tail: UnsafeMutablePointer<UInt8>

    /// An inflater for any window size.
    ///
    /// - Throws: ``InflateError/outOfMemory``.
    package init() throws(InflateError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard pitlane_inflate_init_raw(stream, 15) == Z_OK else {
            stream.deallocate()
            throw .outOfMemory
        }
        self.stream = stream
        scratch = .allocate(byteCount: WebSocketLimits.codecScratchBytes, alignment: 16)
        tail = .allocate(capacity: 4)
        tail[0] = 0x00
        tail[1] = 0x00
        tail[2] = 0xFF
        tail[3] = 0xFF
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        scratch.deallocate()
        tail.deallocate()
    }

    /// Inflates one whole message.
    ///
    /// - Parameters:
    ///   - message: The payloads of all frames of the message, one after the other.
    ///   - limit: Largest size of the result, in bytes.
    ///   - allocator: Where the result's memory comes from.
    /// - Returns: The inflated message. A message without any data is taken as an empty one.
    /// - Throws: ``InflateError``.
    package func inflate(
        _ message: ByteBuffer, limit: Int, allocator: ByteBufferAllocator = .init()
    ) throws(InflateError) -> ByteBuffer {
        guard message.readableBytes > 0 else { return ByteBuffer() }
        guard inflateReset(stream) == Z_OK else { throw .corrupt }
        var output = ByteBuffer()
        let result = message.withUnsafeReadableBytes { bytes in
            // zlib only reads from `next_in`, though its type does not say so.
            let start = UnsafeMutablePointer(
                mutating: bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self))
            return self.run(start, bytes.count, into: &output, limit: limit, allocator: allocator)
        }
        if let error = result { throw error }
        return output
    }

    private func run(
        _ start: UnsafeMutablePointer<UInt8>, _ count: Int, into output: inout ByteBuffer, limit: Int,
        allocator: ByteBufferAllocator
    ) -> InflateError? {
        stream.pointee.next_in = start
        stream.pointee.avail_in = UInt32(count)
        while true {
            let (status, error) = drain(into: &output, limit: limit, allocator: allocator)
            if let error { return error }
            if status == Z_STREAM_END {
                // A sender may end a message with a final block (RFC 7692 section 7.2.3.5); what follows
                // is a stream of its own, usually the empty block that the tail completes.
                if stream.pointee.avail_in == 0 { return nil }
                guard inflateReset(stream) == Z_OK else { return .corrupt }
                continue
            }
            break
        }
        if isAtBlockBoundary { return nil }
        stream.pointee.next_in = tail
        stream.pointee.avail_in = 4
        let (_, error) = drain(into: &output, limit: limit, allocator: allocator)
        if let error { return error }
        return stream.pointee.avail_in == 0 && isAtBlockBoundary ? nil : .corrupt
    }

    /// Whether the last block is over and the next has not begun; otherwise the message is cut off.
    private var isAtBlockBoundary: Bool {
        // `data_type`: unused bits of the last byte, +64 in the last block, +128 between two blocks.
        stream.pointee.data_type & 0x80 != 0 && stream.pointee.data_type & 0x3F == 0
    }

    /// Inflates until the input is used up or the stream ends.
    private func drain(
        into output: inout ByteBuffer, limit: Int, allocator: ByteBufferAllocator
    ) -> (status: Int32, error: InflateError?) {
        while true {
            stream.pointee.next_out = scratch.baseAddress.unsafelyUnwrapped.assumingMemoryBound(
                to: UInt8.self)
            stream.pointee.avail_out = UInt32(scratch.count)
            let status = CZlib.inflate(stream, Z_SYNC_FLUSH)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                return (status, status == Z_MEM_ERROR ? .outOfMemory : .corrupt)
            }
            let produced = scratch.count - Int(stream.pointee.avail_out)
            if produced > 0 {
                guard output.readableBytes + produced <= limit else { return (status, .tooBig) }
                if output.capacity == 0 { output = allocator.buffer(capacity: produced) }
                output.writeBytes(UnsafeRawBufferPointer(rebasing: scratch[0..<produced]))
            }
            if status == Z_STREAM_END || stream.pointee.avail_out > 0 { return (status, nil) }
        }
    }
}
