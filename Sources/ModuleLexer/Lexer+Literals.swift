/// Identifiers, numbers, strings, templates and regular expressions.
extension Lexer {
    /// Moves the cursor over the identifier part at it; false if it holds an escape and so cannot be a keyword.
    @inline(__always) mutating func skipIdentifier() -> Bool {
        let classes = ByteTable.classes
        var place = cursor
        while place < end, classes[Int(place.pointee)] == ByteTable.identifier { place += 1 }
        cursor = place
        if place < end, classes[Int(place.pointee)] == ByteTable.special { return skipSpecialIdentifier() }
        return true
    }

    /// The rest of an identifier from a byte that needs a closer look.
    @inline(never) private mutating func skipSpecialIdentifier() -> Bool {
        let classes = ByteTable.classes
        var isPlain = true
        while cursor < end {
            let byte = cursor.pointee
            let kind = classes[Int(byte)]
            if kind == ByteTable.identifier {
                cursor += 1
            } else if byte == Ascii.backslash {
                isPlain = false
                cursor += 1
                guard ahead(0, UInt8(ascii: "u")), ahead(1, Ascii.openBrace) else { continue }
                cursor += 2
                while cursor < end, hexadecimalValue(cursor.pointee) != nil { cursor += 1 }
                if ahead(0, Ascii.closeBrace) { cursor += 1 }
            } else if kind == ByteTable.special, spaceLength(at: cursor) == 0 {
                cursor += 1
            } else {
                break
            }
        }
        return isPlain
    }

    /// Whether an identifier starts at `place`.
    @inline(__always) func startsIdentifier(_ place: UnsafePointer<UInt8>) -> Bool {
        guard place < end else { return false }
        let byte = place.pointee
        let kind = ByteTable.classes[Int(byte)]
        if kind == ByteTable.identifier { return !(Ascii.zero...Ascii.nine).contains(byte) }
        return kind == ByteTable.special && (byte == Ascii.backslash || spaceLength(at: place) == 0)
    }

    /// Moves the cursor over the number at it, which starts with a digit or a dot.
    mutating func skipNumber() {
        if cursor.pointee == Ascii.zero, end - cursor >= 2 {
            let base = cursor[1] | 0x20
            if base == UInt8(ascii: "x") || base == UInt8(ascii: "o") || base == UInt8(ascii: "b") {
                cursor += 2
                _ = skipIdentifier()
                return
            }
        }
        skipDigits()
        if ahead(0, Ascii.dot) {
            cursor += 1
            skipDigits()
        }
        if cursor < end, cursor.pointee | 0x20 == UInt8(ascii: "e") {
            cursor += 1
            if ahead(0, UInt8(ascii: "+")) || ahead(0, UInt8(ascii: "-")) { cursor += 1 }
            skipDigits()
        } else if ahead(0, UInt8(ascii: "n")) {
            cursor += 1
        }
    }

    @inline(__always) private mutating func skipDigits() {
        while cursor < end {
            let byte = cursor.pointee
            guard (Ascii.zero...Ascii.nine).contains(byte) || byte == Ascii.underscore else { return }
            cursor += 1
        }
    }

    /// Where the string that starts at `start` ends (after its quote), and whether it holds a backslash.
    func stringEnd(
        _ start: UnsafePointer<UInt8>
    ) throws(LexFailure) -> (place: UnsafePointer<UInt8>, escaped: Bool) {
        let quote = start.pointee
        var place = start + 1
        var escaped = false
        while true {
            place = ByteSearch.first(
                of: quote, Ascii.backslash, Ascii.lineFeed, Ascii.carriageReturn, from: place, end: end)
            guard place < end else { break }
            if place.pointee == quote { return (place + 1, escaped) }
            guard place.pointee == Ascii.backslash, end - place >= 2 else { break }
            escaped = true
            // A backslash joins lines; CR LF is one line end.
            let isPair =
                place[1] == Ascii.carriageReturn && end - place >= 3 && place[2] == Ascii.lineFeed
            place += isPair ? 3 : 2
        }
        throw failure(.unterminatedString, at: start)
    }

    /// Lexes template characters from `start` until the template ends or a substitution opens.
    mutating func lexTemplate(
        from start: UnsafePointer<UInt8>, opened: UnsafePointer<UInt8>
    ) throws(LexFailure) {
        var place = start
        while true {
            place = ByteSearch.first(
                of: Ascii.backtick, Ascii.backslash, Ascii.dollar, Ascii.dollar, from: place, end: end)
            guard place < end else { throw failure(.unterminatedTemplate, at: opened) }
            if place.pointee == Ascii.backtick {
                cursor = place + 1
                position = .operator
                return
            }
            guard end - place >= 2 else { throw failure(.unterminatedTemplate, at: opened) }
            if place.pointee == Ascii.backslash {
                place += 2
            } else if place[1] == Ascii.openBrace {
                try frames.push(.template, after: .operator, opened: offset(opened))
                cursor = place + 2
                position = .operand
                return
            } else {
                place += 1
            }
        }
    }

    /// A slash that starts no comment: a regular expression or a division.
    mutating func lexSlash() throws(LexFailure) {
        switch position {
        case .statement, .operand, .exportDefault:
            try skipRegularExpression()
            position = .operator
        case .operator, .name:
            if position == .operator, hasLineEnd(lastTokenEnd, cursor), try endsBareDeclaration() {
                frames.top.isBinding = false
                try skipRegularExpression()
                return
            }
            cursor += 1
            position = .operand
        }
    }

    private mutating func skipRegularExpression() throws(LexFailure) {
        var place = cursor + 1
        var inClass = false
        scan: while place < end {
            switch place.pointee {
            case Ascii.slash where !inClass:
                cursor = place + 1
                _ = skipIdentifier()
                return
            case Ascii.openBracket:
                inClass = true
            case Ascii.closeBracket:
                inClass = false
            case Ascii.backslash:
                // A backslash does not protect a line end.
                place += 1
                guard place < end else { break scan }
                if place.pointee == Ascii.lineFeed || place.pointee == Ascii.carriageReturn { break scan }
            case Ascii.lineFeed, Ascii.carriageReturn:
                break scan
            case 0xE2 where isLineSeparator(place):
                break scan
            default:
                break
            }
            place += 1
        }
        throw failure(.unterminatedRegularExpression, at: cursor)
    }
}

/// The value of a hexadecimal digit.
@inline(__always) func hexadecimalValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case Ascii.zero...Ascii.nine: UInt32(byte - Ascii.zero)
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
}
