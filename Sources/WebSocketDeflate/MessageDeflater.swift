import CZlib
import NIOCore

/// zlib could not get its working memory.
package struct DeflateError: Error, Equatable, Sendable {}

/// Deflates messages for permessage-deflate (RFC 7692 section 7.2.1) without taking over context.
///
/// Every call stands alone: the result may be sent to any client whose window is at least as large. Not
/// thread-safe; a thread that deflates makes its own.
package final class MessageDeflater {
    /// Base-2 logarithm of the window, 9 to 15.
    package let windowBits: Int
    private let stream: UnsafeMutablePointer<z_stream>
    private let scratch: UnsafeMutableRawBufferPointer

    /// A deflater.
    ///
    /// - Parameters:
    ///   - level: zlib's level, 1 (fastest) to 9; other values are clamped.
    ///   - windowBits: 9 to 15; other values are clamped.
    /// - Throws: ``DeflateError`` when memory is short.
    package init(level: Int = 6, windowBits: Int = 15) throws(DeflateError) {
        self.windowBits = min(max(windowBits, 9), 15)
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let level = Int32(min(max(level, 1), 9))
        guard pitlane_deflate_init_raw(stream, level, Int32(self.windowBits), 8) == Z_OK else {
            stream.deallocate()
            throw DeflateError()
        }
        self.stream = stream
        scratch = .allocate(byteCount: WebSocketLimits.codecScratchBytes, alignment: 16)
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        scratch.deallocate()
    }

    /// Deflates one message.
    ///
    /// - Parameters:
    ///   - message: The message's bytes.
    ///   - prefix: Bytes that come before them in the same message.
    ///   - allocator: Where the result's memory comes from.
    /// - Returns: The payload to send with RSV1 set, without the trailing `00 00 ff ff`; never empty.
    package func deflate(
        _ message: ByteBuffer, prefix: UnsafeRawBufferPointer = .init(start: nil, count: 0),
        allocator: ByteBufferAllocator = .init()
    ) -> ByteBuffer {
        // Fails only for a damaged stream, which this class cannot have.
        precondition(deflateReset(stream) == Z_OK)
        var output = ByteBuffer()
        if prefix.count > 0 { run(prefix, flush: Z_NO_FLUSH, into: &output, allocator: allocator) }
        message.withUnsafeReadableBytes {
            run($0, flush: Z_SYNC_FLUSH, into: &output, allocator: allocator)
        }
        // A sync flush always ends with the four bytes that RFC 7692 section 7.2.1 takes off.
        output.moveWriterIndex(to: output.writerIndex - 4)
        return output
    }

    private func run(
        _ bytes: UnsafeRawBufferPointer, flush: Int32, into output: inout ByteBuffer,
        allocator: ByteBufferAllocator
    ) {
        // zlib only reads from `next_in`, though its type does not say so.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(bytes.count)
        repeat {
            stream.pointee.next_out = scratch.baseAddress.unsafelyUnwrapped.assumingMemoryBound(
                to: UInt8.self)
            stream.pointee.avail_out = UInt32(scratch.count)
            // Z_BUF_ERROR only says that there was nothing to do.
            _ = CZlib.deflate(stream, flush)
            let produced = scratch.count - Int(stream.pointee.avail_out)
            if produced > 0 {
                if output.capacity == 0 { output = allocator.buffer(capacity: produced) }
                output.writeBytes(UnsafeRawBufferPointer(rebasing: scratch[0..<produced]))
            }
        } while stream.pointee.avail_out == 0
    }
}
