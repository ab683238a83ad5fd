import CCurl

/// Undoes gzip and deflate bit by bit, and knows whether the data came to its end, which libcurl does not tell.
final class BodyInflater {
    /// What became of a piece of the body.
    enum Result {
        case decoded, damaged, tooLarge
    }

    private enum WindowBits {
        /// The header says whether it is gzip (RFC 1952) or zlib (RFC 1950).
        static let byHeader: Int32 = 15 + 32
        /// RFC 1951 alone, which some servers take "deflate" for.
        static let raw: Int32 = -15
    }

    private static let bufferBytes = 64 << 10

    private let stream: UnsafeMutablePointer<z_stream>
    private let buffer: UnsafeMutableRawBufferPointer
    private var isUsable: Bool
    private var hasBegun = false
    /// Whether all that was begun has ended.
    ///
    /// What follows the end is taken for padding, unless it begins anew.
    private(set) var isAtEnd = false

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        buffer = .allocate(byteCount: Self.bufferBytes, alignment: 16)
        isUsable = pitlane_curl_inflate_init(stream, WindowBits.byHeader) == Z_OK
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    /// Whether this content coding can be undone here.
    static func canDecode(_ coding: String) -> Bool {
        coding == "gzip" || coding == "x-gzip" || coding == "deflate"
    }

    /// Decodes the next piece and appends it, to at most `limit` bytes in all.
    func decode(_ bytes: UnsafeRawBufferPointer, into body: inout [UInt8], limit: Int) -> Result {
        guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return .decoded }
        guard isUsable else { return .damaged }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
        stream.pointee.avail_in = UInt32(bytes.count)
        while true {
            if isAtEnd {
                guard beginsAnew(bytes) else { return .decoded }
                inflateReset(stream)
                isAtEnd = false
            }
            stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = UInt32(buffer.count)
            let code = inflate(stream, Z_NO_FLUSH)
            let produced = buffer.count - Int(stream.pointee.avail_out)
            guard produced <= limit - body.count else { return .tooLarge }
            body.append(contentsOf: buffer[..<produced])
            switch code {
            case Z_STREAM_END:
                isAtEnd = true
            case Z_OK, Z_BUF_ERROR:
                hasBegun = true
                // Room left in the output means that all input has been used up.
                if stream.pointee.avail_out > 0 { return .decoded }
            case Z_DATA_ERROR where !hasBegun && body.isEmpty:
                hasBegun = true
                guard restartRaw(bytes) else { return .damaged }
            default:
                return .damaged
            }
        }
    }

    /// Whether another gzip member follows (RFC 1952, section 2.2).
    private func beginsAnew(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let rest = bytes.suffix(Int(stream.pointee.avail_in))
        return rest.first == 0x1f && (rest.count == 1 || rest.dropFirst().first == 0x8b)
    }

    /// Starts over with the first piece, as data without a header.
    private func restartRaw(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard inflateReset2(stream, WindowBits.raw) == Z_OK else { return false }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(bytes.count)
        return true
    }
}
