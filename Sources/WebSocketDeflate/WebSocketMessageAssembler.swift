import NIOCore

/// Turns the bytes a client sends into messages and control frames, and judges them by RFC 6455 and RFC 7692.
///
/// No I/O: `receive` takes what was read, `next` gives one event after the other until there is none. Frames
/// are looked at as their bytes arrive, so that wrong UTF-8 is found before its frame is complete. A failure is
/// the last event.
package struct WebSocketMessageAssembler {
    /// What the client sent.
    package enum Event {
        case text(ByteBuffer)
        case binary(ByteBuffer)
        case ping(ByteBuffer)
        case pong
        /// `code` is nil when the frame was empty.
        case close(code: UInt16?, reason: String)
        /// The connection must be failed with this code.
        case failure(WebSocketFailure)
    }

    /// A data message whose frames are still coming in.
    private struct PartialMessage {
        let opcode: UInt8
        let isCompressed: Bool
        var payload: ByteBuffer
        var validator = UTF8Validator()
    }

    private let deflate: PermessageDeflate?
    private let maxMessageBytes: Int
    private let codec: WebSocketCodec
    private let allocator: ByteBufferAllocator

    /// Bytes received and not yet consumed; the payloads in it are unmasked already.
    private var input = ByteBuffer()
    private var unmasker = WebSocketUnmasker()
    /// The frame whose payload is not complete, and how much of it is missing.
    private var frame: WebSocketFrameHeader?
    private var missingBytes = 0
    private var message: PartialMessage?
    /// The part of a control frame's payload that came in an earlier read.
    private var control = ByteBuffer()
    private var isOver = false

    /// An assembler at the start of a connection.
    ///
    /// - Parameters:
    ///   - deflate: What was negotiated; nil: RSV1 is an error.
    ///   - maxMessageBytes: Largest message, in bytes after inflation.
    ///   - codec: The event loop's codec.
    ///   - allocator: Where buffers come from.
    package init(
        deflate: PermessageDeflate?, maxMessageBytes: Int = WebSocketLimits.messageBytes,
        codec: WebSocketCodec, allocator: ByteBufferAllocator = .init()
    ) {
        self.deflate = deflate
        self.maxMessageBytes = min(max(maxMessageBytes, 0), WebSocketLimits.largestMessageBytes)
        self.codec = codec
        self.allocator = allocator
    }

    /// Takes what was read; call `next` until it returns nil before the next `receive`.
    ///
    /// - Parameter bytes: Any number of bytes, from anywhere in a frame to anywhere in a later one.
    package mutating func receive(_ bytes: ByteBuffer) {
        guard !isOver, bytes.readableBytes > 0 else { return }
        // A copy of our own, since the read buffer is shared with the allocator that pools it.
        var joined = allocator.buffer(capacity: input.readableBytes + bytes.readableBytes)
        let unmaskedBytes = input.readableBytes
        joined.writeImmutableBuffer(input)
        joined.writeImmutableBuffer(bytes)
        input = joined
        unmasker.unmask(&input, frameHeaderPrefixBytes: unmaskedBytes)
    }

    /// The next event of what was received, or nil when more bytes are needed.
    package mutating func next() -> Event? {
        while !isOver {
            if frame == nil {
                guard let header = input.withUnsafeReadableBytes({ WebSocketFrameHeader($0) }) else {
                    if let failure = violationOfIncompleteHeader() { return fail(failure) }
                    releaseInput()
                    return nil
                }
                if let failure = violation(of: header) { return fail(failure) }
                input.moveReaderIndex(forwardBy: header.headerBytes)
                frame = header
                missingBytes = Int(header.payloadBytes)
                begin(header)
            }
            guard let header = frame else { return nil }
            let available = min(missingBytes, input.readableBytes)
            missingBytes -= available
            // There are `available` bytes, so this slice exists.
            let payload = input.readSlice(length: available) ?? ByteBuffer()
            if missingBytes == 0 { frame = nil }
            let event =
                header.isControl ? receiveControl(header, payload) : receiveData(header, payload)
            if let event { return event }
            if missingBytes > 0 {
                releaseInput()
                return nil
            }
        }
        return nil
    }

    /// Frees the read buffer between reads: at most a part of a header stays.
    private mutating func releaseInput() {
        input = input.readableBytes == 0 ? ByteBuffer() : allocator.buffer(buffer: input)
    }

    private mutating func fail(_ failure: WebSocketFailure) -> Event {
        isOver = true
        input = ByteBuffer()
        message = nil
        control = ByteBuffer()
        return .failure(failure)
    }
}

// MARK: - Frame headers

extension WebSocketMessageAssembler {
    /// What is wrong with a frame, as far as its header says.
    private func violation(of header: WebSocketFrameHeader) -> WebSocketFailure? {
        if let failure = violation(ofFirstByte: header.firstByte) { return failure }
        guard header.isMasked else { return .protocolError("client frame is not masked") }
        guard header.payloadBytes <= UInt64(Int64.max) else { return .protocolError("bad frame length") }
        guard header.isLengthMinimal else {
            return .protocolError("frame length is not in its shortest form")
        }
        if header.isControl {
            guard header.payloadBytes <= UInt64(WebSocketLimits.controlPayloadBytes) else {
                return .protocolError("control frame longer than 125 bytes")
            }
            return nil
        }
        let isCompressed = message?.isCompressed ?? header.rsv1
        let limit =
            isCompressed
            ? WebSocketLimits.deflatedBytes(messageBytes: maxMessageBytes) : maxMessageBytes
        guard header.payloadBytes <= UInt64(limit - (message?.payload.readableBytes ?? 0)) else {
            return .tooBig(limit: maxMessageBytes)
        }
        return nil
    }

    private func violation(ofFirstByte byte: UInt8) -> WebSocketFailure? {
        let opcode = byte & 0x0F
        let isFinal = byte & WebSocketFrameHeader.finBit != 0
        let rsv1 = byte & WebSocketFrameHeader.rsv1Bit != 0
        guard byte & 0x30 == 0 else { return .protocolError("reserved bit set") }
        switch opcode {
        case FrameOpcode.text, FrameOpcode.binary:
            guard message == nil else { return .protocolError("new message inside a fragmented one") }
            guard !rsv1 || deflate != nil else { return .protocolError("RSV1 set without an extension") }
        case FrameOpcode.continuation:
            guard message != nil else { return .protocolError("continuation without a message") }
            guard !rsv1 else { return .protocolError("RSV1 set on a continuation") }
        case FrameOpcode.close, FrameOpcode.ping, FrameOpcode.pong:
            guard isFinal else { return .protocolError("fragmented control frame") }
            guard !rsv1 else { return .protocolError("RSV1 set on a control frame") }
        default:
            return .protocolError("unknown opcode \(opcode)")
        }
        return nil
    }

    /// Does not wait for the rest of a header whose beginning is wrong already.
    private func violationOfIncompleteHeader() -> WebSocketFailure? {
        input.withUnsafeReadableBytes { bytes in
            guard let first = bytes.first else { return nil }
            if let failure = violation(ofFirstByte: first) { return failure }
            guard bytes.count > 1 else { return nil }
            guard bytes[1] & 0x80 != 0 else { return .protocolError("client frame is not masked") }
            guard first & 0x08 == 0 || bytes[1] & 0x7F <= UInt8(WebSocketLimits.controlPayloadBytes) else {
                return .protocolError("control frame longer than 125 bytes")
            }
            return nil
        }
    }
}

// MARK: - Payloads

extension WebSocketMessageAssembler {
    /// Sets up a message that needs more than the bytes at hand.
    private mutating func begin(_ header: WebSocketFrameHeader) {
        guard !header.isControl, message == nil else { return }
        if header.isFinal && missingBytes <= input.readableBytes { return }
        let reserved = min(missingBytes, WebSocketLimits.reservedBytes)
        message = PartialMessage(
            opcode: header.opcode, isCompressed: header.rsv1,
            payload: reserved > 0 ? allocator.buffer(capacity: reserved) : ByteBuffer())
    }

    private mutating func receiveData(_ header: WebSocketFrameHeader, _ payload: ByteBuffer) -> Event? {
        guard message != nil else {
            // The whole message in one frame, at hand in one piece: a slice of what was read.
            return complete(opcode: header.opcode, isCompressed: header.rsv1, payload, validated: nil)
        }
        return append(payload, endsMessage: missingBytes == 0 && header.isFinal)
    }

    private mutating func append(_ payload: ByteBuffer, endsMessage: Bool) -> Event? {
        guard var partial = message.take() else { return nil }
        if payload.readableBytes > 0 {
            if partial.opcode == FrameOpcode.text, !partial.isCompressed {
                guard payload.withUnsafeReadableBytes({ partial.validator.accept($0) }) else {
                    return fail(.invalidPayload("text is not UTF-8"))
                }
            }
            partial.payload.writeImmutableBuffer(payload)
        }
        guard endsMessage else {
            message = partial
            return nil
        }
        return complete(
            opcode: partial.opcode, isCompressed: partial.isCompressed, partial.payload,
            validated: partial.isCompressed ? nil : partial.validator.isComplete)
    }

    /// - Parameter validated: Whether the text was found to be UTF-8; nil: not looked at yet.
    private mutating func complete(
        opcode: UInt8, isCompressed: Bool, _ payload: ByteBuffer, validated: Bool?
    ) -> Event {
        var payload = payload
        if isCompressed {
            do throws(InflateError) {
                payload = try codec.inflate(payload, limit: maxMessageBytes, allocator: allocator)
            } catch {
                switch error {
                case .tooBig: return fail(.tooBig(limit: maxMessageBytes))
                case .corrupt: return fail(.invalidPayload("cannot inflate the message"))
                case .outOfMemory:
                    return fail(
                        WebSocketFailure(code: WebSocketCloseCode.internalError, reason: "out of memory"))
                }
            }
        }
        guard opcode == FrameOpcode.text else { return .binary(payload) }
        guard validated ?? Self.isUTF8(payload) else { return fail(.invalidPayload("text is not UTF-8")) }
        return .text(payload)
    }

    private mutating func receiveControl(_ header: WebSocketFrameHeader, _ payload: ByteBuffer) -> Event? {
        var whole = payload
        if control.readableBytes > 0 || missingBytes > 0 {
            control.writeImmutableBuffer(payload)
            guard missingBytes == 0 else { return nil }
            whole = control
            control = ByteBuffer()
        }
        switch header.opcode {
        case FrameOpcode.ping: return .ping(whole)
        case FrameOpcode.pong: return .pong
        default: return close(whole)
        }
    }

    /// RFC 6455 section 5.5.1: nothing, or a code and a reason in UTF-8.
    private mutating func close(_ payload: ByteBuffer) -> Event {
        var payload = payload
        guard payload.readableBytes > 0 else {
            isOver = true
            return .close(code: nil, reason: "")
        }
        guard let code = payload.readInteger(as: UInt16.self) else {
            return fail(.protocolError("close payload of one byte"))
        }
        guard WebSocketCloseCode.isAllowedOnTheWire(code) else {
            return fail(.protocolError("close code \(code) is not allowed"))
        }
        guard Self.isUTF8(payload) else { return fail(.invalidPayload("close reason is not UTF-8")) }
        isOver = true
        return .close(code: code, reason: String(buffer: payload))
    }

    private static func isUTF8(_ buffer: ByteBuffer) -> Bool {
        var validator = UTF8Validator()
        return buffer.withUnsafeReadableBytes { validator.accept($0) } && validator.isComplete
    }
}
