/// Checks UTF-8 that arrives in pieces, and says no at the first byte that cannot be part of it.
///
/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
package struct UTF8Validator: Sendable {
    /// Continuation bytes that the current character still needs.
    private var needed: UInt8 = 0
    /// Bounds of the next continuation byte: narrower than 80–BF only for the second byte of a character.
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    /// A validator at the start of a text.
    package init() {}

    /// Whether the text so far ends at a character's end.
    package var isComplete: Bool { needed == 0 }

    /// Checks the next bytes of the text.
    ///
    /// - Parameter bytes: Any part of the text, even of a character.
    /// - Returns: False as soon as the text can no more become valid; the validator is of no use then.
    package mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        let count = bytes.count
        while index < count {
            if needed == 0 {
                index = Self.skipASCII(bytes, from: index)
                guard index < count else { return true }
                guard lead(bytes[index]) else { return false }
            } else {
                let byte = bytes[index]
                guard byte >= lower, byte <= upper else { return false }
                lower = 0x80
                upper = 0xBF
                needed -= 1
            }
            index += 1
        }
        return true
    }

    private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { break }
            index &+= 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index &+= 1 }
        return index
    }

    private mutating func lead(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF:
            needed = 1
        case 0xE0:
            (needed, lower) = (2, 0xA0)
        case 0xED:
            (needed, upper) = (2, 0x9F)
        case 0xE1...0xEF:
            needed = 2
        case 0xF0:
            (needed, lower) = (3, 0x90)
        case 0xF1...0xF3:
            needed = 3
        case 0xF4:
            (needed, upper) = (3, 0x8F)
        default:
            return false
        }
        return true
    }
}
