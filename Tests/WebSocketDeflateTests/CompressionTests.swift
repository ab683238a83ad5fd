import CZlib
import NIOCore
import Testing

@testable import WebSocketDeflate

/// RFC 7692 by zlib itself, independent of the code under test.
enum ReferenceDeflate {
    static func deflate(_ bytes: [UInt8], windowBits: Int32 = 15, flush: Int32 = Z_SYNC_FLUSH) -> [UInt8] {
        var stream = z_stream()
        #expect(pitlane_deflate_init_raw(&stream, 6, windowBits, 8) == Z_OK)
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 100)
        let count = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                _ = CZlib.deflate(&stream, flush)
                return target.count - Int(stream.avail_out)
            }
        }
        output.removeLast(output.count - count)
        return flush == Z_SYNC_FLUSH ? output.dropLast(4) : output
    }

    /// Inflates a message with a window of `windowBits`; nil when it is not valid.
    static func inflate(_ bytes: [UInt8], windowBits: Int32 = 15) -> [UInt8]? {
        var stream = z_stream()
        #expect(pitlane_inflate_init_raw(&stream, windowBits) == Z_OK)
        defer { inflateEnd(&stream) }
        var input = bytes + [0, 0, 0xFF, 0xFF]
        var output = [UInt8](repeating: 0, count: 4_000_000)
        return input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                let status = CZlib.inflate(&stream, Z_SYNC_FLUSH)
                guard status == Z_OK, stream.avail_in == 0 else { return nil }
                return Array(target.dropLast(Int(stream.avail_out)))
            }
        }
    }
}

@Suite struct InflaterTests {
    private func inflate(_ bytes: [UInt8], limit: Int = 1 << 20) throws(InflateError) -> [UInt8] {
        Array(buffer: try MessageInflater().inflate(ByteBuffer(bytes: bytes), limit: limit))
    }

    @Test func examplesOfTheRFC() throws {
        let hello = Array("Hello".utf8)
        // Section 7.2.3.1: one block; 7.2.3.3: stored; 7.2.3.4: final block; 7.2.3.5: two blocks.
        #expect(try inflate([0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]) == hello)
        #expect(
            try inflate([0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00]) == hello)
        #expect(try inflate([0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]) == hello)
        #expect(
            try inflate([0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00])
                == hello)
        // Section 7.2.3.6: an empty message.
        #expect(try inflate([0x00]) == [])
    }

    @Test func lenientWhereNothingIsLost() throws {
        let hello = Array("Hello".utf8)
        #expect(try inflate([]) == [])
        // The tail was left on; a final block without the empty one after it.
        #expect(try inflate([0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00, 0x00, 0xFF, 0xFF]) == hello)
        #expect(try inflate(ReferenceDeflate.deflate(hello, flush: Z_FINISH)) == hello)
    }

    @Test func sizesAndWindows() throws {
        let inflater = try MessageInflater()
        for size in [1, 100, 32_767, 32_768, 32_769, 1_000_000] {
            for bytes in [[UInt8].noise(size, seed: 1), Array(repeating: 65, count: size)] {
                for windowBits: Int32 in [9, 12, 15] {
                    let deflated = ReferenceDeflate.deflate(bytes, windowBits: windowBits)
                    let result = try inflater.inflate(ByteBuffer(bytes: deflated), limit: size)
                    #expect(Array(buffer: result) == bytes)
                }
            }
        }
    }

    @Test func limit() throws {
        let deflated = ReferenceDeflate.deflate(Array(repeating: 0, count: 1_000_000))
        #expect(throws: InflateError.tooBig) { try inflate(deflated, limit: 999_999) }
        #expect(throws: InflateError.tooBig) { try inflate(deflated, limit: 0) }
        #expect(try inflate(deflated, limit: 1_000_000).count == 1_000_000)
    }

    @Test func corruptData() throws {
        let good = ReferenceDeflate.deflate(Array("some text that compresses, some text indeed".utf8))
        for cut in 1..<good.count {
            #expect(throws: InflateError.corrupt, "cut at \(cut)") { try inflate(Array(good[..<cut])) }
        }
        for wrong: [UInt8] in [[0xFF], [0x07, 0x00], [0x00, 0x05, 0x00, 0xFA, 0xFE, 0x48], [0xE3]] {
            #expect(throws: InflateError.corrupt) { try inflate(wrong) }
        }
    }

    @Test func anErrorLeavesNothingBehind() throws {
        let inflater = try MessageInflater()
        let good = ByteBuffer(bytes: ReferenceDeflate.deflate(Array("good".utf8)))
        for wrong: [UInt8] in [[0xFF, 0xFF], Array(ReferenceDeflate.deflate([1, 2, 3, 4, 5]).dropLast(2))] {
            #expect(throws: InflateError.corrupt) {
                try inflater.inflate(ByteBuffer(bytes: wrong), limit: 100)
            }
            #expect(String(buffer: try inflater.inflate(good, limit: 100)) == "good")
        }
    }

    @Test func randomBytesNeverCrash() throws {
        let inflater = try MessageInflater()
        for seed: UInt64 in 0..<5000 {
            let bytes = ByteBuffer(bytes: [UInt8].noise(Int(seed % 50), seed: seed))
            _ = try? inflater.inflate(bytes, limit: 10_000)
        }
    }
}

@Suite struct DeflaterTests {
    @Test(arguments: 9...15)
    func windows(windowBits: Int) throws {
        let deflater = try MessageDeflater(windowBits: windowBits)
        let unit = [UInt8].noise(600, seed: 3)
        for bytes in [[], [1], unit, Array((0..<100).map { _ in unit }.joined()), .noise(100_000, seed: 4)] {
            let deflated = Array(buffer: deflater.deflate(ByteBuffer(bytes: bytes)))
            #expect(!deflated.isEmpty)
            #expect(ReferenceDeflate.inflate(deflated, windowBits: Int32(windowBits)) == bytes)
        }
    }

    @Test func messagesStandAlone() throws {
        let deflater = try MessageDeflater()
        let body = ByteBuffer(string: String(repeating: "the same again, ", count: 50))
        let first = deflater.deflate(body)
        #expect(deflater.deflate(body) == first)
    }

    @Test func prefixIsPartOfTheMessage() throws {
        let deflater = try MessageDeflater()
        let prefix = Array("{\"id\":1,".utf8)
        let deflated = prefix.withUnsafeBytes {
            deflater.deflate(ByteBuffer(string: "\"a\":2}"), prefix: $0)
        }
        #expect(ReferenceDeflate.inflate(Array(buffer: deflated)) == Array("{\"id\":1,\"a\":2}".utf8))
    }

    @Test(arguments: [0, 1, 100, 65_535, 65_536, 200_000])
    func storedPrefix(size: Int) throws {
        let prefix = [UInt8].noise(size, seed: 7)
        let body = Array("a body deflated once, once, once".utf8)
        var payload = ByteBuffer()
        prefix.withUnsafeBytes { StoredDeflateBlock.write($0, to: &payload) }
        #expect(payload.readableBytes == StoredDeflateBlock.encodedBytes(size))
        payload.writeImmutableBuffer(try MessageDeflater().deflate(ByteBuffer(bytes: body)))
        #expect(ReferenceDeflate.inflate(Array(buffer: payload)) == prefix + body)
    }
}
