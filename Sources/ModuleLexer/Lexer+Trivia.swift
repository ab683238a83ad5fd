/// Space, comments, and what comments may say.
extension Lexer {
    mutating func skipByteOrderMark() {
        if end - cursor >= 3, cursor[0] == 0xEF, cursor[1] == 0xBB, cursor[2] == 0xBF { cursor += 3 }
    }

    mutating func skipHashbang() {
        guard ahead(0, Ascii.hash), ahead(1, UInt8(ascii: "!")) else { return }
        module.hasHashbang = true
        cursor = lineEnd(cursor)
    }

    /// Skips the space at the cursor, indentation in one go.
    @inline(__always) mutating func skipSpace() {
        var place = cursor + 1
        while place < end, place.pointee == Ascii.space { place += 1 }
        cursor = place
    }

    /// Length of the white space above ASCII that starts at `place`, 0 if there is none (ECMA-262, 12.2 and 12.3).
    func spaceLength(at place: UnsafePointer<UInt8>) -> Int {
        let left = end - place
        guard left >= 2 else { return 0 }
        let second = place[1]
        if place[0] == 0xC2 { return second == 0xA0 ? 2 : 0 }
        guard left >= 3 else { return 0 }
        let third = place[2]
        let isSpace =
            switch (place[0], second) {
            case (0xE1, 0x9A): third == 0x80
            case (0xE2, 0x80):
                (0x80...0x8A).contains(third) || third == 0xA8 || third == 0xA9 || third == 0xAF
            case (0xE2, 0x81): third == 0x9F
            case (0xE3, 0x80): third == 0x80
            case (0xEF, 0xBB): third == 0xBF
            default: false
            }
        return isSpace ? 3 : 0
    }

    /// Whether U+2028 or U+2029 starts at `place`.
    @inline(__always) func isLineSeparator(_ place: UnsafePointer<UInt8>) -> Bool {
        end - place >= 3 && place[0] == 0xE2 && place[1] == 0x80 && place[2] & 0xFE == 0xA8
    }

    /// Where the line that holds `place` ends: at its terminator or at the end of the source.
    func lineEnd(_ place: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var place = place
        while true {
            place = ByteSearch.first(
                of: Ascii.lineFeed, Ascii.carriageReturn, 0xE2, 0xE2, from: place, end: end)
            if place == end || place.pointee != 0xE2 || isLineSeparator(place) { return place }
            place += 1
        }
    }

    /// Skips the comment at the cursor; false if the slash there starts none.
    @inline(__always) mutating func skipComment() throws(LexFailure) -> Bool {
        guard end - cursor >= 2 else { return false }
        let second = cursor[1]
        guard second == Ascii.slash || second == Ascii.asterisk else { return false }
        cursor = try commentEnd(cursor)
        return true
    }

    /// Where the comment at `start` ends.
    ///
    /// Takes note of the URLs it may hold.
    mutating func commentEnd(_ start: UnsafePointer<UInt8>) throws(LexFailure) -> UnsafePointer<UInt8> {
        var place = start + 2
        let stop: UnsafePointer<UInt8>
        if start[1] == Ascii.slash {
            stop = lineEnd(place)
            place = stop
        } else {
            while true {
                place = ByteSearch.first(
                    of: Ascii.asterisk, Ascii.asterisk, Ascii.asterisk, Ascii.asterisk, from: place, end: end)
                guard end - place >= 2 else { throw failure(.unterminatedComment, at: start) }
                if place[1] == Ascii.slash { break }
                place += 1
            }
            stop = place
            place += 2
        }
        if stop - start > 3, start[2] == Ascii.hash || start[2] == Ascii.at { readMagic(start + 3, stop) }
        return place
    }

    /// Takes note of `sourceMappingURL=` and `sourceURL=` after the `#` of a comment that ends at `stop`.
    private mutating func readMagic(_ start: UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>) {
        var place = start
        while place < stop, place.pointee == Ascii.space || place.pointee == Ascii.tab { place += 1 }
        guard place > start else { return }
        if let url = magicURL("sourceMappingURL=", place, stop) {
            module.sourceMappingURL = url
        } else if let url = magicURL("sourceURL=", place, stop) {
            module.sourceURL = url
        }
    }

    /// The URL after `name`, if `name` is at `place` and a URL without space or quotes is all that follows.
    private func magicURL(
        _ name: StaticString, _ place: UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>
    ) -> Range<Int>? {
        let count = name.utf8CodeUnitCount
        guard stop - place > count else { return nil }
        for index in 0..<count where place[index] != name.utf8Start[index] { return nil }
        var first = place + count
        var last = stop
        while first < last, first.pointee <= Ascii.space { first += 1 }
        while first < last, last[-1] <= Ascii.space { last -= 1 }
        guard first < last else { return nil }
        for byte in UnsafeBufferPointer(start: first, count: last - first)
        where byte <= Ascii.space || byte == Ascii.doubleQuote || byte == Ascii.singleQuote {
            return nil
        }
        return offset(first)..<offset(last)
    }

    /// The first place at or after `place` that is neither space nor comment; `end` if there is none.
    mutating func skipTrivia(_ start: UnsafePointer<UInt8>) throws(LexFailure) -> UnsafePointer<UInt8> {
        var place = start
        while place < end {
            switch place.pointee {
            case Ascii.space, Ascii.lineFeed, Ascii.carriageReturn, Ascii.tab, 0x0B, 0x0C:
                place += 1
            case Ascii.slash:
                guard end - place >= 2, place[1] == Ascii.slash || place[1] == Ascii.asterisk else {
                    return place
                }
                place = try commentEnd(place)
            case 0x80...:
                let length = spaceLength(at: place)
                if length == 0 { return place }
                place += length
            default:
                return place
            }
        }
        return place
    }

    /// Whether a line ends between two places that only trivia separates.
    func hasLineEnd(_ start: UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>) -> Bool {
        var place = start
        while place < stop {
            let byte = place.pointee
            if byte == Ascii.lineFeed || byte == Ascii.carriageReturn || isLineSeparator(place) {
                return true
            }
            place += 1
        }
        return false
    }
}
