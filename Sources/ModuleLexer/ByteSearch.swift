/// Finds the first of a few bytes, eight at a time.
enum ByteSearch {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The high bit of each byte of `word` that equals the byte repeated in `pattern`.
    ///
    /// Bytes above a match may be marked wrongly, which is why only the lowest mark is used.
    @inline(__always) private static func marks(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let difference = word ^ pattern
        return (difference &- ones) & ~difference & highs
    }

    @inline(__always) private static func repeated(_ byte: UInt8) -> UInt64 { ones &* UInt64(byte) }

    /// The first place in `start..<end` that holds `a`, `b`, `c` or `d`; `end` if there is none.
    @inline(__always) static func first(
        of a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, from start: UnsafePointer<UInt8>,
        end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        var place = start
        while end - place >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(place).loadUnaligned(as: UInt64.self))
            let found =
                marks(word, repeated(a)) | marks(word, repeated(b)) | marks(word, repeated(c))
                | marks(word, repeated(d))
            if found != 0 { return place + found.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < end {
            let byte = place.pointee
            if byte == a || byte == b || byte == c || byte == d { return place }
            place += 1
        }
        return end
    }
}
