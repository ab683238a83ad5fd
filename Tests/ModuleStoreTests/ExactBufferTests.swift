import NIOCore
import Testing

@testable import ModuleStore

@Suite("Buffers of just their size")
struct ExactBufferTests {
    @Test("hold a copy", arguments: [0, 1, 15, 1_000, 70_001])
    func copies(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var original = ByteBuffer(bytes: [1, 2] + bytes)
        original.moveReaderIndex(forwardBy: 2)
        var copy = ExactBuffer.copy(original)
        #expect(copy == ByteBuffer(bytes: bytes))
        #expect(copy.capacity == max(count, 1))
        // It grows as any buffer, and the original stays as it is.
        copy.writeString("more")
        #expect(Array(copy.readableBytesView) == bytes + Array("more".utf8))
        #expect(Array(original.readableBytesView) == bytes)
    }

    @Test("hold what was written to their memory")
    func filling() {
        let buffer = ExactBuffer.make(capacity: 8) { memory in
            #expect(memory.count == 8)
            memory.copyBytes(from: "abc".utf8)
            return 3
        }
        #expect(String(buffer: buffer) == "abc")
        #expect(buffer.writableBytes == 5)
    }

    @Test("are not made when filling them fails")
    func failure() {
        struct Refused: Error {}
        #expect(throws: Refused.self) {
            try ExactBuffer.make(capacity: 8) { _ throws(Refused) in throw Refused() }
        }
    }
}
