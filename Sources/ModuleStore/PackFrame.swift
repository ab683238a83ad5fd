import ModuleProtocol
import NIOCore
import WebSocketDeflate

/// A pack of several modules in its compressed form, good for any number of clients.
package struct DeflatedPack: Sendable {
    /// Bytes of the header without its opening, which differs per client.
    let closingCount: Int
    /// Everything behind the opening, deflated.
    let body: ByteBuffer

    /// The frame with a request's `id`, for clients whose inflate window has 15 bits.
    package func message(id: RequestID?) -> OutboundMessage {
        OutboundMessage(
            kind: .binary, prefix: ByteBuffer(bytes: Pack.opening(id: id, closingCount: closingCount)),
            body: ByteBuffer(), deflatedBody: body)
    }

    /// Bytes in memory.
    package var size: Int { body.readableBytes }
}

extension ModuleStore {
    /// A pack as it is.
    ///
    /// Copies the modules' bytes once; may be called on event loops.
    package func pack(_ parts: [PackPart], last: Bool, id: RequestID?) -> OutboundMessage {
        let closing = Pack.headerClosing(last: last, modules: parts.lazy.map(\.entry))
        let bytes = parts.reduce(closing.count) { $0 + $1.module.size }
        var body = ByteBufferAllocator().buffer(capacity: bytes)
        body.writeBytes(closing)
        for part in parts { body.writeImmutableBuffer(part.module.content) }
        return OutboundMessage(
            kind: .binary, prefix: ByteBuffer(bytes: Pack.opening(id: id, closingCount: closing.count)),
            body: body)
    }

    /// A pack whose modules are compressed once for all clients; only the header is compressed for this pack.
    ///
    /// The parts are deflate blocks of their own, one behind the other.
    /// - Returns: The pack, made on the thread pool.
    package func deflatedPack(
        _ parts: [PackPart], last: Bool, on eventLoop: any EventLoop
    ) -> EventLoopFuture<DeflatedPack> {
        threadPool.runIfActive(eventLoop: eventLoop) {
            let closing = Pack.headerClosing(last: last, modules: parts.lazy.map(\.entry))
            var body = DeflateBlocks()
            var header: ByteBuffer?
            self.deflaters.withDeflater { header = $0.deflate(ByteBuffer(bytes: closing)) }
            if let header {
                body.append(deflated: header)
            } else {
                body.append(stored: ByteBuffer(bytes: closing))
            }
            for part in parts {
                if part.module.claimDeflate(.pack) { self.deflateNow(part.module, .pack) }
                if let deflated = part.module.packPart().deflatedContent {
                    body.append(deflated: deflated)
                } else {
                    body.append(stored: part.module.content)
                }
            }
            return DeflatedPack(closingCount: closing.count, body: body.finished())
        }
    }
}

/// Deflated data put together from parts that begin and end at bytes (RFC 1951 section 3.2.3).
private struct DeflateBlocks {
    private var buffer = ByteBuffer()
    private var endsWithStored = false

    /// Appends what `MessageDeflater` made, which lacks the end of its last, empty block (RFC 7692 section 7.2.1).
    mutating func append(deflated: ByteBuffer) {
        closeBlock()
        buffer.writeImmutableBuffer(deflated)
        endsWithStored = false
    }

    mutating func append(stored: ByteBuffer) {
        guard stored.readableBytes > 0 else { return }
        closeBlock()
        stored.withUnsafeReadableBytes { StoredDeflateBlock.write($0, to: &buffer) }
        endsWithStored = true
    }

    /// The message without the four bytes that the receiver adds.
    func finished() -> ByteBuffer {
        var buffer = buffer
        if endsWithStored { buffer.writeInteger(UInt8(0)) }
        return buffer
    }

    private mutating func closeBlock() {
        guard buffer.readableBytes > 0, !endsWithStored else { return }
        buffer.writeMultipleIntegers(UInt16(0), UInt16.max)
    }
}
