import NIOCore
import Testing

@testable import WebSocketDeflate

@Suite struct UTF8ValidatorTests {
    /// Whether `bytes`, given in parts of `chop` bytes, are a whole valid text.
    private func isValid(_ bytes: [UInt8], chop: Int) -> Bool {
        var validator = UTF8Validator()
        var start = 0
        while start < bytes.count {
            let part = Array(bytes[start..<min(start + chop, bytes.count)])
            guard part.withUnsafeBytes({ validator.accept($0) }) else { return false }
            start += chop
        }
        return validator.isComplete
    }

    @Test func everyTwoByteSequence() {
        for first: UInt8 in 0...255 {
            for second: UInt8 in 0...255 {
                let bytes = [first, second]
                let expected = String(validating: bytes, as: UTF8.self) != nil
                if isValid(bytes, chop: 2) != expected || isValid(bytes, chop: 1) != expected {
                    Issue.record("\(bytes)")
                }
            }
        }
    }

    @Test func longerSequencesAtTheEdges() {
        let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
        let leads: [UInt8] = [
            0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8,
        ]
        for lead in leads {
            for second in edges {
                for third in edges {
                    for fourth in edges {
                        let bytes = [lead, second, third, fourth]
                        let expected = String(validating: bytes, as: UTF8.self) != nil
                        if isValid(bytes, chop: 4) != expected || isValid(bytes, chop: 3) != expected {
                            Issue.record("\(bytes)")
                        }
                    }
                }
            }
        }
    }

    @Test func longTextsInAllParts() {
        let text = Array("plain ascii of more than one word, κόσμε, 日本語, 🏎️, and ascii again".utf8)
        for chop in 1...text.count {
            #expect(isValid(text, chop: chop))
            #expect(!isValid(text + [0xE6, 0x97], chop: chop))
            #expect(!isValid(text.dropLast() + [0xFF], chop: chop))
        }
    }

    @Test func saysNoAtTheFirstWrongByte() {
        // (bytes that may still become valid, the byte that decides)
        let cases: [([UInt8], UInt8)] = [
            ([], 0x80), ([], 0xC0), ([], 0xC1), ([], 0xF5), ([], 0xFF), ([0xE0], 0x9F), ([0xED], 0xA0),
            ([0xF0], 0x8F), ([0xF4], 0x90), ([0xF4, 0x8F], 0xC0), ([0xC3], 0x20),
        ]
        for (start, byte) in cases {
            var validator = UTF8Validator()
            #expect(start.withUnsafeBytes { validator.accept($0) })
            #expect(![byte].withUnsafeBytes { validator.accept($0) })
        }
    }
}

/// RFC 6455 section 8.1: the connection fails as soon as a text cannot be UTF-8 any more.
@Suite struct TextMessageTests {
    private static let valid = Array("κόσμε".utf8)
    /// U+110000, wrong from its second byte.
    private static let wrong: [UInt8] = [0xF4, 0x90, 0x80, 0x80]

    @Test func wrongText() throws {
        for bytes in [[0xFF], [0xC3], Self.valid + Self.wrong, [0xED, 0xA0, 0x80]] {
            let connection = try TestConnection()
            defer { connection.finish() }
            try connection.send(ClientFrame(opcode: 1, payload: bytes))
            try connection.expectFailure(1007)
        }
    }

    @Test func failsBetweenFragments() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(ClientFrame(opcode: 1, payload: Self.valid, fin: false))
        #expect(try connection.sent().isEmpty)
        try connection.send(ClientFrame(opcode: 0, payload: Self.wrong, fin: false))
        try connection.expectFailure(1007)
    }

    @Test func failsWithinAFrame() throws {
        let bytes = ClientFrame(opcode: 1, payload: Self.valid + Self.wrong + Self.valid).bytes
        let decisive = bytes.count - Self.valid.count - 3
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(bytes: Array(bytes[..<decisive]))
        #expect(try connection.sent().isEmpty)
        try connection.send(bytes: [bytes[decisive]])
        try connection.expectFailure(1007)
    }

    @Test func failsAtTheEndOfACutCharacter() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(ClientFrame(opcode: 1, payload: [0xE2, 0x82], fin: false))
        #expect(try connection.sent().isEmpty)
        try connection.send(ClientFrame(opcode: 0, payload: []))
        try connection.expectFailure(1007)
    }

    @Test func charactersAcrossFragments() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        for (index, byte) in Self.valid.enumerated() {
            let isLast = index == Self.valid.count - 1
            try connection.send(
                ClientFrame(opcode: index == 0 ? 1 : 0, payload: [byte], fin: isLast),
                ClientFrame(opcode: isLast ? 10 : 9, payload: [UInt8(index)]))
        }
        #expect(try connection.received() == [.text("κόσμε"), .pong])
        #expect(try connection.sent().count == Self.valid.count - 1)
    }

    @Test func binaryIsNotLookedAt() throws {
        let connection = try TestConnection()
        defer { connection.finish() }
        try connection.send(ClientFrame(opcode: 2, payload: Self.wrong))
        #expect(try connection.received() == [.binary(Self.wrong)])
    }
}
