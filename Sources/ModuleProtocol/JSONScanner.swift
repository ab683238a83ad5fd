/// Reads one JSON object (RFC 8259) and hands out its members undecoded.
///
/// Values that nobody asks for are checked for their syntax but never built.
package struct JSONScanner {
    /// What is wrong with the text, and at which byte of it.
    package struct Failure: Error {
        package var reason: String
        package var offset: Int

        /// Creates a failure.
        package init(reason: String, offset: Int) {
            self.reason = reason
            self.offset = offset
        }
    }

    /// The type of a value.
    package enum Kind: Sendable {
        case string, number, object, array, `true`, `false`, null

        /// For messages, with its article.
        package var name: String {
            switch self {
            case .string: "a string"
            case .number: "a number"
            case .object: "an object"
            case .array: "an array"
            case .true: "true"
            case .false: "false"
            case .null: "null"
            }
        }
    }

    /// Where a value is; the range of a string is without its quotes.
    package struct Value: Sendable {
        package var kind: Kind
        package var range: Range<Int>
        package var hasEscapes: Bool

        /// Creates a value.
        package init(kind: Kind, range: Range<Int>, hasEscapes: Bool = false) {
            self.kind = kind
            self.range = range
            self.hasEscapes = hasEscapes
        }
    }

    let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// Creates a scanner at the start of a text, which must outlive it.
    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads the whole text, which must be one object.
    /// - Parameter member: Called with each member's name and value in order.
    /// - Throws: ``Failure`` when the text is not JSON, and what `member` throws.
    package mutating func scanObject(
        _ member: (Value, Value, JSONScanner) throws(Failure) -> Void
    ) throws(Failure) {
        skipWhitespace()
        guard peek() == UInt8(ascii: "{") else { throw failure("expected an object") }
        try scanMembers(depth: 1, member)
        skipWhitespace()
        guard position == bytes.count else { throw failure("unexpected text after the object") }
    }

    private mutating func scanMembers(
        depth: Int, _ member: (Value, Value, JSONScanner) throws(Failure) -> Void
    ) throws(Failure) {
        position += 1
        skipWhitespace()
        if take(UInt8(ascii: "}")) { return }
        while true {
            guard peek() == UInt8(ascii: "\"") else { throw failure("expected a field name in quotes") }
            let key = try scanString()
            skipWhitespace()
            guard take(UInt8(ascii: ":")) else { throw failure("expected a colon") }
            skipWhitespace()
            try member(key, try scanValue(depth: depth), self)
            skipWhitespace()
            if take(UInt8(ascii: ",")) {
                skipWhitespace()
            } else if take(UInt8(ascii: "}")) {
                return
            } else {
                throw failure("expected a comma or a closing brace")
            }
        }
    }

    /// Hands out the elements of an array that has been scanned.
    func forEachElement(
        of array: Value, _ element: (Value, JSONScanner) throws(Failure) -> Void
    ) throws(Failure) {
        var scanner = self
        scanner.position = array.range.lowerBound
        try scanner.scanElements(depth: 1, element)
    }

    /// Hands out the members of an object that has been scanned.
    func forEachMember(
        of object: Value, _ member: (Value, Value, JSONScanner) throws(Failure) -> Void
    ) throws(Failure) {
        var scanner = self
        scanner.position = object.range.lowerBound
        try scanner.scanMembers(depth: 1, member)
    }

    /// The failure of a value that should have been a string.
    package func notText(_ value: Value) -> Failure {
        Failure(reason: "\(value.kind.name) where a string belongs", offset: value.range.lowerBound)
    }

    private mutating func scanElements(
        depth: Int, _ element: (Value, JSONScanner) throws(Failure) -> Void
    ) throws(Failure) {
        position += 1
        skipWhitespace()
        if take(UInt8(ascii: "]")) { return }
        while true {
            try element(try scanValue(depth: depth), self)
            skipWhitespace()
            if take(UInt8(ascii: ",")) {
                skipWhitespace()
            } else if take(UInt8(ascii: "]")) {
                return
            } else {
                throw failure("expected a comma or a closing bracket")
            }
        }
    }

    private mutating func scanValue(depth: Int) throws(Failure) -> Value {
        let start = position
        guard let byte = peek() else { throw failure("unexpected end") }
        switch byte {
        case UInt8(ascii: "\""):
            return try scanString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try scanNumber()
        case UInt8(ascii: "t"):
            return try scanLiteral("true", .true)
        case UInt8(ascii: "f"):
            return try scanLiteral("false", .false)
        case UInt8(ascii: "n"):
            return try scanLiteral("null", .null)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < ProtocolLimits.jsonDepth else {
                throw failure("more than \(ProtocolLimits.jsonDepth) nested values")
            }
            let isObject = byte == UInt8(ascii: "{")
            if isObject {
                try scanMembers(depth: depth + 1) { _, _, _ throws(Failure) in }
            } else {
                try scanElements(depth: depth + 1) { _, _ throws(Failure) in }
            }
            return Value(kind: isObject ? .object : .array, range: start..<position)
        default:
            throw failure("expected a value")
        }
    }

    private mutating func scanString() throws(Failure) -> Value {
        position += 1
        let start = position
        var hasEscapes = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                defer { position += 1 }
                return Value(kind: .string, range: start..<position, hasEscapes: hasEscapes)
            }
            if byte < 0x20 { throw failure("unescaped control character in a string") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try scanEscape()
            }
        }
        throw failure("unterminated string")
    }

    private mutating func scanEscape() throws(Failure) {
        guard let byte = peek() else { throw failure("unterminated string") }
        switch byte {
        case UInt8(ascii: "u"):
            guard position + 4 < bytes.count, hexadecimal(at: position + 1) != nil else {
                throw failure("\\u without four hexadecimal digits")
            }
            position += 5
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        default:
            throw failure("unknown escape in a string")
        }
    }

    private mutating func scanNumber() throws(Failure) -> Value {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try scanDigits() }
        if take(UInt8(ascii: ".")) { try scanDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try scanDigits()
        }
        return Value(kind: .number, range: start..<position)
    }

    private mutating func scanDigits() throws(Failure) {
        let start = position
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw failure("expected a digit") }
    }

    private mutating func scanLiteral(_ text: StaticString, _ kind: Kind) throws(Failure) -> Value {
        let start = position
        for index in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[index]) else { throw failure("expected a value") }
        }
        return Value(kind: kind, range: start..<position)
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private func failure(_ reason: String) -> Failure { Failure(reason: reason, offset: position) }
}

// MARK: - Decoding

extension JSONScanner {
    /// The known field that a member's name stands for.
    func fieldName(_ key: Value) throws(Failure) -> FieldName? {
        if key.hasEscapes {
            // Twelve bytes per letter is the longest way to write one.
            guard key.range.count <= FieldName.longest * 12, let text = try? decode(key) else { return nil }
            return FieldName(text)
        }
        switch key.range.count {
        case 2: return matches(key, "id") ? .id : nil
        case 3: return matches(key, "seq") ? .seq : nil
        case 4:
            if matches(key, "data") { return .data }
            if matches(key, "type") { return .type }
            if matches(key, "path") { return .path }
            if matches(key, "page") { return .page }
            if matches(key, "more") { return .more }
            return matches(key, "hash") ? .hash : nil
        case 5:
            if matches(key, "limit") { return .limit }
            if matches(key, "texts") { return .texts }
            if matches(key, "event") { return .event }
            if matches(key, "token") { return .token }
            if matches(key, "files") { return .files }
            if matches(key, "reset") { return .reset }
            return matches(key, "known") ? .known : nil
        case 6:
            if matches(key, "binary") { return .binary }
            if matches(key, "stream") { return .stream }
            if matches(key, "deltas") { return .deltas }
            if matches(key, "digest") { return .digest }
            if matches(key, "linked") { return .linked }
            if matches(key, "origin") { return .origin }
            if matches(key, "failed") { return .failed }
            return matches(key, "prefix") ? .prefix : nil
        case 7:
            if matches(key, "channel") { return .channel }
            if matches(key, "session") { return .session }
            if matches(key, "modules") { return .modules }
            if matches(key, "message") { return .message }
            return matches(key, "entries") ? .entries : nil
        case 8:
            if matches(key, "complete") { return .complete }
            if matches(key, "versions") { return .versions }
            return matches(key, "channels") ? .channels : nil
        case 10: return matches(key, "importMaps") ? .importMaps : nil
        case 18: return matches(key, "firstInvalidatedBy") ? .firstInvalidatedBy : nil
        default: return nil
        }
    }

    /// The exact text of a value, for numbers.
    package func rawText(_ value: Value) -> String { String(decoding: slice(value.range), as: UTF8.self) }

    /// A value as JSON, just as the text has it.
    func rawBytes(_ value: Value) -> [UInt8] {
        // The range of a string leaves its quotes out.
        let isString = value.kind == .string
        return Array(
            slice(value.range.lowerBound - (isString ? 1 : 0)..<value.range.upperBound + (isString ? 1 : 0)))
    }

    /// A string value with its escapes resolved.
    /// - Throws: ``Failure`` for half a surrogate pair and for bytes that are not UTF-8.
    package func decode(_ value: Value) throws(Failure) -> String {
        guard value.hasEscapes else {
            guard let text = String(validating: slice(value.range), as: UTF8.self) else {
                throw Failure(reason: "bytes that are not UTF-8", offset: value.range.lowerBound)
            }
            return text
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(value.range.count)
        var index = value.range.lowerBound
        while index < value.range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                decoded.append(bytes[index])
                index += 1
                continue
            }
            index = try decodeEscape(at: index + 1, before: value.range.upperBound, into: &decoded)
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw Failure(reason: "bytes that are not UTF-8", offset: value.range.lowerBound)
        }
        return text
    }

    /// Decodes what follows a backslash; the syntax has been checked by the scan.
    private func decodeEscape(
        at index: Int, before end: Int, into decoded: inout [UInt8]
    ) throws(Failure) -> Int {
        switch bytes[index] {
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            let unit = hexadecimal(at: index + 1) ?? 0
            if let scalar = Unicode.Scalar(unit) {
                decoded.append(contentsOf: Character(scalar).utf8)
                return index + 5
            }
            // A surrogate: the other half must follow at once (RFC 8259 section 7).
            guard unit < 0xDC00, index + 11 <= end, bytes[index + 5] == UInt8(ascii: "\\"),
                bytes[index + 6] == UInt8(ascii: "u"), let low = hexadecimal(at: index + 7),
                (0xDC00...0xDFFF).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            else { throw Failure(reason: "half of a surrogate pair", offset: index) }
            decoded.append(contentsOf: Character(scalar).utf8)
            return index + 11
        default: decoded.append(bytes[index])
        }
        return index + 1
    }

    fileprivate func hexadecimal(at index: Int) -> UInt32? {
        var value: UInt32 = 0
        for offset in index..<index + 4 {
            let digit: UInt8
            switch bytes[offset] {
            case let byte where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
                digit = byte - UInt8(ascii: "0")
            case let byte where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20):
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private func matches(_ value: Value, _ text: StaticString) -> Bool {
        for index in 0..<text.utf8CodeUnitCount
        where bytes[value.range.lowerBound + index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    private func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[range])
    }
}
