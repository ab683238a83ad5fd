import NIOCore

/// Opcodes of RFC 6455 section 5.2.
enum FrameOpcode {
    static let continuation: UInt8 = 0x0
    static let text: UInt8 = 0x1
    static let binary: UInt8 = 0x2
    static let close: UInt8 = 0x8
    static let ping: UInt8 = 0x9
    static let pong: UInt8 = 0xA
}

/// The header of one frame (RFC 6455 section 5.2), as it stands on the wire: nothing is judged here but whether
/// it is all there.
struct WebSocketFrameHeader: Equatable {
    /// The longest header: 2 bytes, 8 of length, 4 of masking key.
    static let maximumBytes = 14
    static let finBit: UInt8 = 0x80
    static let rsv1Bit: UInt8 = 0x40

    /// FIN, RSV1–3 and the opcode.
    let firstByte: UInt8
    let isMasked: Bool
    /// False when a shorter form of the length would have done, which RFC 6455 forbids.
    let isLengthMinimal: Bool
    /// Payload length in bytes; above `Int.max` means that the forbidden top bit is set.
    let payloadBytes: UInt64
    /// The masking key in the order of its bytes in memory; 0 when there is none.
    let maskingKey: UInt32
    /// Length of this header in bytes, 2 to 14.
    let headerBytes: Int

    var opcode: UInt8 { firstByte & 0x0F }
    var isFinal: Bool { firstByte & Self.finBit != 0 }
    var rsv1: Bool { firstByte & Self.rsv1Bit != 0 }
    var hasReservedBits: Bool { firstByte & 0x30 != 0 }
    var isControl: Bool { firstByte & 0x08 != 0 }

    /// Reads a header from the start of `bytes`; nil when bytes are missing.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { return nil }
        firstByte = bytes[0]
        let second = bytes[1]
        isMasked = second & 0x80 != 0
        let short = second & 0x7F
        let lengthBytes = short < 126 ? 0 : short == 126 ? 2 : 8
        let total = 2 &+ lengthBytes &+ (isMasked ? 4 : 0)
        guard bytes.count >= total else { return nil }
        headerBytes = total
        switch lengthBytes {
        case 0:
            payloadBytes = UInt64(short)
            isLengthMinimal = true
        case 2:
            let length = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            payloadBytes = UInt64(length)
            isLengthMinimal = length >= 126
        default:
            payloadBytes = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
            isLengthMinimal = payloadBytes > UInt64(UInt16.max)
        }
        maskingKey =
            isMasked ? bytes.loadUnaligned(fromByteOffset: 2 &+ lengthBytes, as: UInt32.self) : 0
    }

    /// Appends an unmasked header, as a server sends it.
    static func write(firstByte: UInt8, payloadBytes: Int, to buffer: inout ByteBuffer) {
        switch payloadBytes {
        case 0...125:
            buffer.writeMultipleIntegers(firstByte, UInt8(payloadBytes))
        case 126...Int(UInt16.max):
            buffer.writeMultipleIntegers(firstByte, UInt8(126), UInt16(payloadBytes))
        default:
            buffer.writeMultipleIntegers(firstByte, UInt8(127), UInt64(payloadBytes))
        }
    }
}

/// Masking of RFC 6455 section 5.3.
enum WebSocketMask {
    /// Masks or unmasks in place.
    ///
    /// - Parameters:
    ///   - bytes: Part of a frame's payload.
    ///   - key: The masking key in memory order.
    ///   - offset: Where in the payload `bytes` starts.
    @inline(__always)
    static func apply(_ bytes: UnsafeMutableRawBufferPointer, key: UInt32, offset: Int) {
        guard key != 0 else { return }
        // The key as seen from the first byte of this part: rotate it in memory order.
        let shift = UInt32(offset & 3) &* 8
        let little = UInt32(littleEndian: key)
        let rotated = shift == 0 ? little : (little &>> shift) | (little &<< (32 &- shift))
        let word = UInt64(rotated) | UInt64(rotated) &<< 32
        let wordInMemory = word.littleEndian
        var index = 0
        let count = bytes.count
        while index &+ 8 <= count {
            let value = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ wordInMemory
            bytes.storeBytes(of: value, toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        while index < count {
            bytes[index] ^= UInt8(truncatingIfNeeded: rotated &>> (UInt32(index & 3) &* 8))
            index &+= 1
        }
    }
}
