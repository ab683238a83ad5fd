import NIOCore
import Testing

@testable import WebSocketDeflate

/// What must fail the connection, and with which code (RFC 6455 sections 5 and 7, RFC 7692 section 6).
@Suite struct ViolationTests {
    private func expect(
        _ code: UInt16, _ frames: [ClientFrame], deflate: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let bytes = frames.flatMap(\.bytes)
        for chop in [Int.max, 1, 3] {
            let connection = try TestConnection(.init(parameters: deflate ? PermessageDeflate() : nil))
            defer { connection.finish() }
            try connection.send(bytes: bytes, chop: chop)
            try connection.expectFailure(code, sourceLocation: sourceLocation)
        }
    }

    @Test func unmaskedFrame() throws {
        for opcode: UInt8 in [1, 2, 8, 9, 10] {
            try expect(1002, [ClientFrame(opcode: opcode, payload: [], key: nil)])
        }
        try expect(1002, [ClientFrame(opcode: 2, payload: Array(repeating: 7, count: 70_000), key: nil)])
    }

    @Test func reservedBits() throws {
        for rsv: UInt8 in [1, 2, 3, 5, 6, 7] {
            try expect(1002, [.text("x", rsv: rsv)])
            try expect(1002, [.text("x", rsv: rsv)], deflate: true)
        }
        try expect(1002, [.text("x", rsv: 4)])
        try expect(1002, [ClientFrame(opcode: 2, payload: [], rsv: 4)])
    }

    @Test func rsv1OnTheWrongFrame() throws {
        for opcode: UInt8 in [8, 9, 10] {
            try expect(1002, [ClientFrame(opcode: opcode, payload: [], rsv: 4)], deflate: true)
        }
        try expect(
            1002, [.text("a", fin: false), ClientFrame(opcode: 0, payload: [1], rsv: 4)], deflate: true)
        try expect(
            1002, [.text("a", fin: false, rsv: 4), ClientFrame(opcode: 0, payload: [0], rsv: 4)],
            deflate: true)
    }

    @Test func unknownOpcodes() throws {
        for opcode: UInt8 in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
            try expect(1002, [ClientFrame(opcode: opcode, payload: [])])
            try expect(1002, [ClientFrame(opcode: opcode, payload: [], fin: false)])
            try expect(1002, [.text("a", fin: false), ClientFrame(opcode: opcode, payload: [])])
        }
    }

    @Test func fragmentedControlFrame() throws {
        for opcode: UInt8 in [8, 9, 10] {
            try expect(1002, [ClientFrame(opcode: opcode, payload: [], fin: false)])
        }
    }

    @Test func longControlFrame() throws {
        for opcode: UInt8 in [8, 9, 10] {
            let payload = Array(repeating: UInt8(ascii: "x"), count: 126)
            try expect(1002, [ClientFrame(opcode: opcode, payload: payload)])
            try expect(1002, [ClientFrame(opcode: opcode, payload: [], lengthBytes: 2)])
            try expect(1002, [ClientFrame(opcode: opcode, payload: [], lengthBytes: 8)])
        }
    }

    @Test func continuationOrder() throws {
        try expect(1002, [ClientFrame(opcode: 0, payload: [1])])
        try expect(1002, [ClientFrame(opcode: 0, payload: [1], fin: false)])
        try expect(1002, [.text("a", fin: false), .text("b")])
        try expect(1002, [.text("a", fin: false), ClientFrame(opcode: 2, payload: [])])
        try expect(
            1002,
            [.text("", fin: false), ClientFrame(opcode: 0, payload: [], fin: false), .text("b", fin: false)])
    }

    @Test func continuationAfterTheLastFrame() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(.text("a", fin: false), ClientFrame(opcode: 0, payload: []))
        #expect(try connection.received() == [.text("a")])
        try connection.send(ClientFrame(opcode: 0, payload: []))
        try connection.expectFailure(1002)
    }

    @Test func lengthForm() throws {
        try expect(1002, [ClientFrame(opcode: 1, payload: [], lengthBytes: 2)])
        try expect(1002, [ClientFrame(opcode: 1, payload: [65], lengthBytes: 8)])
        let payload = Array(repeating: UInt8(ascii: "x"), count: 0xFFFF)
        try expect(1002, [ClientFrame(opcode: 1, payload: payload, lengthBytes: 8)])
    }

    @Test func lengthBeyondAnyLimit() throws {
        for (first, code) in [(UInt8(0x80), UInt16(1002)), (0xFF, 1002), (0x7F, 1009), (0x00, 1009)] {
            let connection = try TestConnection()
            defer { connection.finish() }
            try connection.send(bytes: [0x82, 0xFF, first, 0, 0xFF, 0, 0, 0, 0, 0, 1, 2, 3, 4])
            try connection.expectFailure(code)
        }
    }

    @Test func headersAreJudgedBeforeTheyAreComplete() throws {
        // (what has arrived of a header, code)
        for start: [UInt8] in [[0x83], [0xC1], [0x09], [0x80], [0x81, 0x7E], [0x89, 0xFE]] {
            let connection = try TestConnection()
            defer { connection.finish() }
            try connection.send(bytes: start)
            try connection.expectFailure(1002)
        }
    }

    @Test func messageSize() throws {
        let limit = 1000
        let connection = try TestConnection(.init(maxMessageBytes: limit))
        defer { connection.finish() }
        let full = String(repeating: "x", count: limit)
        try connection.send(.text(full))
        try connection.send(
            .text(String(repeating: "x", count: 600), fin: false),
            ClientFrame(opcode: 9, payload: []),
            ClientFrame(opcode: 0, payload: Array(repeating: UInt8(ascii: "x"), count: 400)))
        #expect(try connection.received() == [.text(full), .text(full)])
        _ = try connection.sent()
        // The header alone is enough.
        try connection.send(bytes: Array(ClientFrame.text(full + "x").bytes.prefix(8)))
        try connection.expectFailure(1009)
    }

    @Test func messageSizeOverFragments() throws {
        let connection = try TestConnection(.init(maxMessageBytes: 10))
        defer { connection.finish() }
        try connection.send(
            .text("12345", fin: false), ClientFrame(opcode: 0, payload: Array(1...6), fin: false))
        try connection.expectFailure(1009)
    }

    @Test func randomBytesNeverCrash() throws {
        var generator = SeededGenerator(seed: 6455)
        for round in 0..<2000 {
            let connection = try TestConnection(
                .init(parameters: round.isMultiple(of: 2) ? PermessageDeflate() : nil, maxMessageBytes: 500))
            defer { connection.finish() }
            var bytes = [UInt8].noise(Int.random(in: 1...64, using: &generator), seed: generator.next())
            // Half of them begin like a frame, so that more than the first byte is reached.
            if round.isMultiple(of: 3) { bytes = [0xC1, 0x80 | UInt8(bytes.count % 126)] + bytes }
            try connection.send(bytes: bytes, chop: Int.random(in: 1...20, using: &generator))
            _ = try connection.sent()
        }
    }
}
