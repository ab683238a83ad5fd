extension [UInt8] {
    /// Appends a JSON string with its quotes.
    package mutating func appendJSON(_ text: String) {
        var text = text
        text.withUTF8 { appendJSON(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// Appends bytes, which must be valid UTF-8, as a JSON string with its quotes (RFC 8259 section 7).
    package mutating func appendJSON(utf8 bytes: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        var runStart = 0
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            append(contentsOf: bytes[runStart..<index])
            runStart = index + 1
            appendEscape(byte)
        }
        append(contentsOf: bytes[runStart...])
        append(UInt8(ascii: "\""))
    }

    /// Appends an integer in decimal.
    package mutating func appendJSON(_ number: some FixedWidthInteger) {
        append(contentsOf: String(number).utf8)
    }

    /// Appends a string, or `null`.
    mutating func appendJSON(_ text: String?) {
        if let text { appendJSON(text) } else { appendRaw("null") }
    }

    /// Appends text that is JSON already.
    mutating func appendRaw(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"): appendRaw(#"\n"#)
        case UInt8(ascii: "\r"): appendRaw(#"\r"#)
        case UInt8(ascii: "\t"): appendRaw(#"\t"#)
        case UInt8(ascii: "\""): appendRaw(#"\""#)
        case UInt8(ascii: "\\"): appendRaw(#"\\"#)
        default:
            appendRaw(#"\u00"#)
            append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            let digit = byte & 0x0F
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
