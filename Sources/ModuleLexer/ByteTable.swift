/// Byte constants that the lexer compares with; names, where a character literal would need a conversion.
enum Ascii {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let doubleQuote: UInt8 = 0x22
    static let hash: UInt8 = 0x23
    static let dollar: UInt8 = 0x24
    static let singleQuote: UInt8 = 0x27
    static let openParenthesis: UInt8 = 0x28
    static let closeParenthesis: UInt8 = 0x29
    static let asterisk: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
    static let colon: UInt8 = 0x3A
    static let equals: UInt8 = 0x3D
    static let greater: UInt8 = 0x3E
    static let question: UInt8 = 0x3F
    static let at: UInt8 = 0x40
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D
    static let underscore: UInt8 = 0x5F
    static let backtick: UInt8 = 0x60
    static let openBrace: UInt8 = 0x7B
    static let closeBrace: UInt8 = 0x7D
}

/// How bytes take part in identifiers.
enum ByteTable {
    /// Part of an identifier, whatever comes next.
    static let identifier = UInt8(ascii: "i")
    /// A backslash, or the first byte of a UTF-8 sequence that may be white space: look closer.
    static let special = UInt8(ascii: "s")

    /// The class of each byte, 16 a row.
    ///
    /// A string literal is a constant in the binary: no allocation, no once-check.
    @inline(__always) static var classes: UnsafePointer<UInt8> {
        let table: StaticString = """
            ................\
            ................\
            ....i...........\
            iiiiiiiiii......\
            .iiiiiiiiiiiiiii\
            iiiiiiiiiii.s..i\
            .iiiiiiiiiiiiiii\
            iiiiiiiiiii.....\
            iiiiiiiiiiiiiiii\
            iiiiiiiiiiiiiiii\
            iiiiiiiiiiiiiiii\
            iiiiiiiiiiiiiiii\
            iisiiiiiiiiiiiii\
            iiiiiiiiiiiiiiii\
            isssiiiiiiiiiiis\
            iiiiiiiiiiiiiiii
            """
        return table.utf8Start
    }
}
