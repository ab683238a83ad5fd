import NIOCore

/// Encodes frames and brings them together, so that many small ones become one write.
///
/// A class, since the channel may call back into the handler, and so into this object, during any write.
final class WebSocketFrameWriter {
    var allocator = ByteBufferAllocator()
    private var pending = ByteBuffer()
    /// Completed with the next write that holds everything written so far.
    private var promise: EventLoopPromise<Void>?
    /// Whether something was handed to the channel since the last flush.
    private var hasUnflushedWrites = false
    /// Between two parts of one frame: what is written from within must come after both.
    private var isInsideFrame = false
    private var flushAfterFrame = false

    var pendingBytes: Int { pending.readableBytes }

    // MARK: Frames

    func writeControl(_ opcode: UInt8, _ payload: ByteBuffer, to context: ChannelHandlerContext) {
        var payload = payload
        let count = min(payload.readableBytes, WebSocketLimits.controlPayloadBytes)
        reserve(WebSocketFrameHeader.maximumBytes + count)
        WebSocketFrameHeader.write(
            firstByte: WebSocketFrameHeader.finBit | opcode, payloadBytes: count, to: &pending)
        if var part = payload.readSlice(length: count) { pending.writeBuffer(&part) }
        handOverIfLarge(context)
    }

    func writeClose(code: UInt16?, reason: String, to context: ChannelHandlerContext) {
        var payload = ByteBuffer()
        if let code {
            payload.writeInteger(code)
            payload.writeSubstring(Self.closeReason(reason))
        }
        writeControl(FrameOpcode.close, payload, to: context)
    }

    /// A message whose payload is `prefix` followed by `body`, as they are.
    ///
    /// `firstByte` is the opcode, with RSV1 when the payload is deflated.
    func write(
        _ prefix: UnsafeRawBufferPointer, _ body: ByteBuffer, _ firstByte: UInt8, _ fragmentBytes: Int?,
        to context: ChannelHandlerContext
    ) {
        let count = prefix.count + body.readableBytes
        if let fragmentBytes, count > fragmentBytes {
            var payload = allocator.buffer(capacity: count)
            payload.writeBytes(prefix)
            payload.writeImmutableBuffer(body)
            return writeFragments(payload, firstByte, fragmentBytes, to: context)
        }
        let copied = body.readableBytes < WebSocketLimits.copiedPayloadBytes ? body.readableBytes : 0
        reserve(WebSocketFrameHeader.maximumBytes + prefix.count + copied)
        WebSocketFrameHeader.write(
            firstByte: WebSocketFrameHeader.finBit | firstByte, payloadBytes: count, to: &pending)
        pending.writeBytes(prefix)
        append(body, to: context)
    }

    /// A compressed message: `prefix` in stored blocks, then `deflatedBody`.
    func writeStored(
        _ prefix: UnsafeRawBufferPointer, _ deflatedBody: ByteBuffer, _ opcode: UInt8, _ fragmentBytes: Int?,
        to context: ChannelHandlerContext
    ) {
        let firstByte = opcode | WebSocketFrameHeader.rsv1Bit
        let stored = StoredDeflateBlock.encodedBytes(prefix.count)
        let count = stored + deflatedBody.readableBytes
        if let fragmentBytes, count > fragmentBytes {
            var payload = allocator.buffer(capacity: count)
            StoredDeflateBlock.write(prefix, to: &payload)
            payload.writeImmutableBuffer(deflatedBody)
            return writeFragments(payload, firstByte, fragmentBytes, to: context)
        }
        let isCopied = deflatedBody.readableBytes < WebSocketLimits.copiedPayloadBytes
        let copied = isCopied ? deflatedBody.readableBytes : 0
        reserve(WebSocketFrameHeader.maximumBytes + stored + copied)
        WebSocketFrameHeader.write(
            firstByte: WebSocketFrameHeader.finBit | firstByte, payloadBytes: count, to: &pending)
        StoredDeflateBlock.write(prefix, to: &pending)
        append(deflatedBody, to: context)
    }

    /// RFC 6455 section 5.4; RSV1 only on the first frame (RFC 7692 section 6).
    private func writeFragments(
        _ payload: ByteBuffer, _ firstByte: UInt8, _ fragmentBytes: Int, to context: ChannelHandlerContext
    ) {
        var payload = payload
        var firstByte = firstByte
        while let part = payload.readSlice(length: min(fragmentBytes, payload.readableBytes)) {
            let isLast = payload.readableBytes == 0
            reserve(WebSocketFrameHeader.maximumBytes)
            WebSocketFrameHeader.write(
                firstByte: isLast ? firstByte | WebSocketFrameHeader.finBit : firstByte,
                payloadBytes: part.readableBytes, to: &pending)
            append(part, to: context)
            if isLast { return }
            firstByte = FrameOpcode.continuation
        }
    }

    /// Cuts a close reason to what a control frame holds, never inside a character.
    private static func closeReason(_ reason: String) -> Substring {
        var end = reason.unicodeScalars.startIndex
        var count = 0
        for index in reason.unicodeScalars.indices {
            count += UTF8.width(reason.unicodeScalars[index])
            if count > WebSocketLimits.closeReasonBytes { break }
            end = reason.unicodeScalars.index(after: index)
        }
        return reason[..<end]
    }

    // MARK: Handing over

    /// Completes `promise` once everything written so far is on the wire.
    func add(_ promise: EventLoopPromise<Void>?) {
        guard let promise else { return }
        if let existing = self.promise {
            existing.futureResult.cascade(to: promise)
        } else {
            self.promise = promise
        }
    }

    func flush(to context: ChannelHandlerContext) {
        guard !isInsideFrame else {
            flushAfterFrame = true
            return
        }
        if pending.readableBytes > 0 || promise != nil { handOver(to: context) }
        guard hasUnflushedWrites else { return }
        hasUnflushedWrites = false
        context.flush()
    }

    func discard(failingWith error: any Error) {
        pending = ByteBuffer()
        let promise = self.promise.take()
        promise?.fail(error)
    }

    private func reserve(_ count: Int) {
        if pending.capacity == 0 {
            pending = allocator.buffer(capacity: max(count, WebSocketLimits.outboundBufferBytes))
        }
    }

    /// The last part of a frame: small ones are copied, large ones handed over as they are.
    private func append(_ payload: ByteBuffer, to context: ChannelHandlerContext) {
        guard payload.readableBytes >= WebSocketLimits.copiedPayloadBytes, !isInsideFrame else {
            pending.writeImmutableBuffer(payload)
            handOverIfLarge(context)
            return
        }
        isInsideFrame = true
        hasUnflushedWrites = true
        let promise = self.promise.take()
        context.write(NIOAny(pending.take()), promise: promise)
        context.write(NIOAny(payload), promise: nil)
        isInsideFrame = false
        if flushAfterFrame {
            flushAfterFrame = false
            flush(to: context)
        }
    }

    private func handOverIfLarge(_ context: ChannelHandlerContext) {
        if pending.readableBytes >= WebSocketLimits.coalescedBytes, !isInsideFrame { handOver(to: context) }
    }

    /// The buffer is given away and not kept: idle connections hold no memory for it.
    private func handOver(to context: ChannelHandlerContext) {
        hasUnflushedWrites = true
        let promise = self.promise.take()
        context.write(NIOAny(pending.take()), promise: promise)
    }
}

extension ByteBuffer {
    /// Returns the buffer and leaves an empty one without memory.
    fileprivate mutating func take() -> ByteBuffer {
        let taken = self
        self = ByteBuffer()
        return taken
    }
}
