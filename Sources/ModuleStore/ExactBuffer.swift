import Glibc
@_spi(CustomByteBufferAllocator) import NIOCore

/// Buffers that take just the memory they need.
///
/// NIO's own take the next power of two: half as much again for modules, which stay in memory by the thousand.
enum ExactBuffer {
    /// Memory for `capacity` bytes, at least one, with what `fill` writes to it.
    /// - Parameters:
    ///   - capacity: Bytes at most.
    ///   - fill: Gets the memory, and returns how many bytes it wrote from its start.
    /// - Throws: What `fill` throws.
    static func make<Failure: Error>(
        capacity: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> ByteBuffer {
        // By malloc, since the buffer gives it back by free.
        guard let start = malloc(max(capacity, 1)) else { fatalError("no memory for \(capacity) bytes") }
        let memory = UnsafeMutableRawBufferPointer(start: start, count: max(capacity, 1))
        let count: Int
        do {
            count = try fill(memory)
        } catch {
            free(start)
            throw error
        }
        return ByteBuffer(
            takingOwnershipOf: memory, allocator: ByteBufferAllocator(), writerIndex: count)
    }

    /// A copy of a buffer's readable bytes.
    static func copy(_ buffer: ByteBuffer) -> ByteBuffer {
        buffer.withUnsafeReadableBytes { copy($0) }
    }

    /// A copy of bytes.
    static func copy(_ bytes: UnsafeRawBufferPointer) -> ByteBuffer {
        make(capacity: bytes.count) { memory in
            memory.copyMemory(from: bytes)
            return bytes.count
        }
    }
}
