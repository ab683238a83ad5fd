/// Specifiers: the characters that a string literal stands for (ECMA-262, 12.9.4).
extension Lexer {
    /// The value of the literal whose characters are `start..<stop`; invalid UTF-8 and lone surrogates become U+FFFD.
    func decodeLiteral(
        _ start: UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>, escaped: Bool
    ) throws(LexFailure) -> String {
        let characters = UnsafeBufferPointer(start: start, count: stop - start)
        guard escaped else { return String(decoding: characters, as: UTF8.self) }
        var reader = EscapeReader(characters: characters)
        guard let value = reader.read() else {
            throw LexFailure(code: .malformedEscape, offset: offset(start) + reader.escape)
        }
        return value
    }
}

/// Decodes the escapes of one literal.
struct EscapeReader {
    let characters: UnsafeBufferPointer<UInt8>
    /// Where the escape that is being read starts.
    private(set) var escape = 0
    private var index = 0
    private var bytes: [UInt8] = []
    /// A high surrogate that waits for its other half.
    private var high: UInt32?

    init(characters: UnsafeBufferPointer<UInt8>) {
        self.characters = characters
        bytes.reserveCapacity(characters.count)
    }

    /// The decoded value; nil if an escape is malformed, which ``escape`` then points at.
    mutating func read() -> String? {
        while index < characters.count {
            let byte = characters[index]
            index += 1
            if byte != Ascii.backslash {
                endSurrogate()
                bytes.append(byte)
            } else if !readEscape() {
                return nil
            }
        }
        endSurrogate()
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func next() -> UInt8? {
        guard index < characters.count else { return nil }
        defer { index += 1 }
        return characters[index]
    }

    private mutating func readEscape() -> Bool {
        escape = index - 1
        guard let byte = next() else { return false }
        switch byte {
        case UInt8(ascii: "n"): append(0x0A)
        case UInt8(ascii: "t"): append(0x09)
        case UInt8(ascii: "r"): append(0x0D)
        case UInt8(ascii: "b"): append(0x08)
        case UInt8(ascii: "f"): append(0x0C)
        case UInt8(ascii: "v"): append(0x0B)
        case UInt8(ascii: "0")...UInt8(ascii: "7"): append(octal(byte))
        case UInt8(ascii: "x"):
            guard let value = hexadecimal(digits: 2) else { return false }
            append(value)
        case UInt8(ascii: "u"):
            guard let value = unicode() else { return false }
            append(value)
        case Ascii.carriageReturn:
            // A joined line; CR LF is one line end.
            if index < characters.count, characters[index] == Ascii.lineFeed { index += 1 }
        case Ascii.lineFeed:
            break
        case 0xE2 where isLineSeparator:
            index += 2
        default:
            endSurrogate()
            bytes.append(byte)
        }
        return true
    }

    /// Whether U+2028 or U+2029 is here, after its first byte.
    private var isLineSeparator: Bool {
        index + 1 < characters.count && characters[index] == 0x80 && characters[index + 1] & 0xFE == 0xA8
    }

    /// `\0`, and the older octal escapes that only scripts may hold.
    private mutating func octal(_ first: UInt8) -> UInt32 {
        var value = UInt32(first - Ascii.zero)
        while index < characters.count, value < 0o40,
            (Ascii.zero...UInt8(ascii: "7")).contains(characters[index])
        {
            value = value * 8 + UInt32(characters[index] - Ascii.zero)
            index += 1
        }
        return value
    }

    private mutating func hexadecimal(digits: Int) -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = next(), let digit = hexadecimalValue(byte) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    /// `\u0000` or `\u{0}` after the `u`.
    private mutating func unicode() -> UInt32? {
        guard index < characters.count, characters[index] == Ascii.openBrace else {
            return hexadecimal(digits: 4)
        }
        index += 1
        var value: UInt32 = 0
        var digits = 0
        while let byte = next() {
            if byte == Ascii.closeBrace { return digits > 0 ? value : nil }
            guard let digit = hexadecimalValue(byte) else { return nil }
            value = value << 4 | digit
            digits += 1
            guard value <= 0x10FFFF else { return nil }
        }
        return nil
    }

    private mutating func append(_ value: UInt32) {
        if let first = high, (0xDC00...0xDFFF).contains(value) {
            high = nil
            append(0x10000 + (first - 0xD800) << 10 + (value - 0xDC00))
            return
        }
        endSurrogate()
        if (0xD800...0xDBFF).contains(value) {
            high = value
        } else {
            appendScalar(value)
        }
    }

    private mutating func endSurrogate() {
        guard high != nil else { return }
        high = nil
        appendScalar(0xFFFD)
    }

    private mutating func appendScalar(_ value: UInt32) {
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        bytes.append(contentsOf: UTF8.encode(scalar)!)
    }
}
