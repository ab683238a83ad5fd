import COpenSSL
import NIOCore

/// Names content by its bytes: the first 16 hexadecimal digits of their SHA-256, in lower case.
package enum ContentHash {
    private static let digestBytes = 32
    private static let prefixBytes = 8

    /// Hashes bytes; safe on any thread.
    package static func sha256Prefix(_ bytes: UnsafeRawBufferPointer) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: digestBytes) { digest in
            guard pitlane_sha256(bytes.baseAddress, bytes.count, digest.baseAddress) == 1 else {
                fatalError("OpenSSL has no memory left to hash with")
            }
            return hexadecimal(UnsafeBufferPointer(digest))
        }
    }

    /// Hashes the readable bytes of a buffer; safe on any thread.
    package static func sha256Prefix(_ buffer: ByteBuffer) -> String {
        buffer.withUnsafeReadableBytes { sha256Prefix($0) }
    }

    fileprivate static func hexadecimal(_ digest: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: prefixBytes * 2) { text in
            for index in 0..<prefixBytes {
                text[index * 2] = digit(digest[index] >> 4)
                text[index * 2 + 1] = digit(digest[index] & 0x0F)
            }
            return prefixBytes * 2
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Hashes bytes that come in parts; used by one thread at a time.
    struct Stream: ~Copyable {
        private let context: OpaquePointer

        init() {
            guard let context = pitlane_sha256_begin() else {
                fatalError("OpenSSL has no memory left to hash with")
            }
            self.context = context
        }

        deinit { EVP_MD_CTX_free(context) }

        func update(_ bytes: UnsafeRawBufferPointer) {
            EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        }

        consuming func finish() -> String {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: digestBytes) { digest in
                EVP_DigestFinal_ex(context, digest.baseAddress, nil)
                return hexadecimal(UnsafeBufferPointer(digest))
            }
        }
    }
}
