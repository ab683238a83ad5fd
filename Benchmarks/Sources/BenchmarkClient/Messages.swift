import COpenSSL
import CZlib
import Foundation

/// The protocol's content hash: the first 16 hexadecimal digits of the SHA-256 of `bytes`.
public func contentHash(_ bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = SHA256(bytes, bytes.count, &digest)
    return digest.prefix(8).map { String(format: "%02x", $0) }.joined()
}

/// Reads whole messages of one connection; for checks, not for the measured part.
public final class MessageReader {
    private let connection: WebSocketConnection
    private var stream = z_stream()

    /// Reads from `connection`, from its first message on: later ones may be compressed with what came before.
    ///
    /// - Throws: ``BenchmarkFailure`` when zlib does not start.
    public init(_ connection: WebSocketConnection) throws {
        self.connection = connection
        guard benchmark_inflate_init_raw(&stream) == Z_OK else { throw BenchmarkFailure("zlib") }
    }

    deinit { inflateEnd(&stream) }

    /// Reads the next message, whatever its frames and compression.
    ///
    /// - Returns: The JSON object it holds.
    /// - Throws: ``BenchmarkFailure`` when it is none.
    public func next() throws -> [String: Any] {
        var bytes: [UInt8] = []
        var isDeflated = false
        while true {
            let frame = try connection.nextFrame()
            if frame.opcode != 0 { isDeflated = frame.isDeflated }
            bytes += frame.payload
            if frame.isFinal { break }
        }
        let text = isDeflated ? try inflate(bytes) : bytes
        let object = try JSONSerialization.jsonObject(with: Data(text))
        guard let message = object as? [String: Any] else {
            throw BenchmarkFailure("a message that is no JSON object")
        }
        return message
    }

    private func inflate(_ bytes: [UInt8]) throws -> [UInt8] {
        if !connection.keepsServerContext { inflateReset(&stream) }
        let before = stream.total_out
        var input = bytes + [0, 0, 0xFF, 0xFF]
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let status = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return CZlib.inflate(&stream, Z_SYNC_FLUSH)
            }
        }
        guard status == Z_OK || status == Z_STREAM_END else {
            throw BenchmarkFailure("a compressed message that zlib refuses (\(status))")
        }
        return Array(output.prefix(Int(stream.total_out - (connection.keepsServerContext ? before : 0))))
    }
}
