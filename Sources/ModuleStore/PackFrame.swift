import ModuleProtocol
import NIOCore
import WebSocketDeflate

/// A pack of several modules in its compressed form, good for any number of clients.
///
/// Holds the header's compressed form; the modules' are shared with the modules.
package struct DeflatedPack: Sendable {
    private enum Block: Sendable {
        case deflated(ByteBuffer)
        case stored(ByteBuffer)
    }

    private var blocks: [Block] = []
    private let closingCount: Int

    /// - Parameters:
    ///   - closing: The header without its opening, which differs per client.
    ///   - deflatedClosing: The same, deflated.
    ///   - parts: The modules, compressed as far as they are worth it.
    init(closing: [UInt8], deflatedClosing: ByteBuffer?, parts: [PackPart]) {
        closingCount = closing.count
        blocks.append(deflatedClosing.map(Block.deflated) ?? .stored(ByteBuffer(bytes: closing)))
        for part in parts {
            blocks.append(
                part.module.deflatedContent.map(Block.deflated) ?? .stored(part.module.content))
        }
    }

    /// Bytes of the blocks with all that may come between them.
    private var bodyBytes: Int {
        blocks.reduce(1) { sum, block in
            switch block {
            case .deflated(let bytes): sum + bytes.readableBytes + DeflateBlocks.closingBytes
            case .stored(let bytes):
                sum + StoredDeflateBlock.encodedBytes(bytes.readableBytes) + DeflateBlocks.closingBytes
            }
        }
    }

    /// The frame with a request's `id`, for clients whose inflate window has 15 bits.
    package func message(id: RequestID?) -> OutboundMessage {
        var body = DeflateBlocks(capacity: bodyBytes)
        for block in blocks {
            switch block {
            case .deflated(let bytes): body.append(deflated: bytes)
            case .stored(let bytes): body.append(stored: bytes)
            }
        }
        return OutboundMessage(
            kind: .binary, prefix: ByteBuffer(bytes: Pack.opening(id: id, closingCount: closingCount)),
            body: ByteBuffer(), deflatedBody: body.finished())
    }
}

extension ModuleStore {
    /// A message that is sent to several clients, with its compressed form if that is worth it.
    ///
    /// Takes time in proportion to the message: not for event loops.
    package func deflated(_ message: OutboundMessage) -> OutboundMessage {
        guard message.prefix == nil, message.body.readableBytes >= StoreLimits.smallestDeflateBytes else {
            return message
        }
        var message = message
        deflaters.withDeflater { deflater in
            let deflated = deflater.deflate(message.body)
            if deflated.readableBytes < message.body.readableBytes { message.deflatedBody = deflated }
        }
        return message
    }

    /// Gives up what is only there to make compressing faster; it comes back when it is needed.
    ///
    /// Safe on any thread.
    package func releaseCompressors() { deflaters.clear() }

    /// A pack as it is.
    ///
    /// Copies the modules' bytes once; may be called on event loops.
    package func pack(_ parts: [PackPart], last: Bool, id: RequestID?) -> OutboundMessage {
        let closing = Pack.headerClosing(last: last, modules: parts.map(\.entry))
        var bytes = closing.count
        for part in parts { bytes += part.size }
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
            let closing = Pack.headerClosing(last: last, modules: parts.map(\.entry))
            var deflatedClosing: ByteBuffer?
            self.deflaters.withDeflater { deflatedClosing = $0.deflate(ByteBuffer(bytes: closing)) }
            for part in parts where part.module.claimDeflate(.pack) {
                self.deflateNow(part.module, .pack)
            }
            return DeflatedPack(closing: closing, deflatedClosing: deflatedClosing, parts: parts)
        }
    }
}

/// Deflated data put together from parts that begin and end at bytes (RFC 1951 section 3.2.3).
private struct DeflateBlocks {
    /// Bytes that end a block which lacks its own end.
    static let closingBytes = 4

    private var buffer: ByteBuffer
    private var endsWithStored = false

    /// - Parameter capacity: Bytes that are about to be appended.
    init(capacity: Int) { buffer = ByteBufferAllocator().buffer(capacity: capacity) }

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
