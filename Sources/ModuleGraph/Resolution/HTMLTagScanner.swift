/// Finds the tags of an HTML document (HTML Standard, "Tokenization"); comments and text are passed over.
///
/// Works on bytes in any encoding that has ASCII in it. Each byte is looked at a bounded number of times.
struct HTMLTagScanner {
    struct Tag {
        var name: Range<Int>
        var isEnd = false
        var isSelfClosing = false
        /// In order; of equal names the first counts; values are without their quotes.
        var attributes: [(name: Range<Int>, value: Range<Int>)] = []
    }

    let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next complete tag.
    /// - Parameter allowsCDATA: Whether the place is in SVG or MathML, where CDATA sections are text.
    mutating func nextTag(allowsCDATA: Bool) -> Tag? {
        while let open = find(UInt8(ascii: "<"), from: position), open + 1 < bytes.count {
            position = open + 1
            switch bytes[position] {
            case UInt8(ascii: "!"): skipDeclaration(allowsCDATA: allowsCDATA)
            case UInt8(ascii: "?"): skip(past: UInt8(ascii: ">"))
            case UInt8(ascii: "/"):
                position += 1
                guard position < bytes.count else { return nil }
                if URLBytes.isLetter(bytes[position]) { return scanTag(isEnd: true) }
                skip(past: UInt8(ascii: ">"))
            case let byte where URLBytes.isLetter(byte): return scanTag(isEnd: false)
            default: break
            }
        }
        position = bytes.count
        return nil
    }

    /// Passes over the content of an element that holds only text, up to its end tag.
    /// - Parameter name: The element's name, lower case.
    /// - Returns: The content; `nil` when the document ends first.
    mutating func skipText(until name: StaticString) -> Range<Int>? {
        let start = position
        while let open = find(UInt8(ascii: "<"), from: position) {
            position = open + 1
            if isTag("/", name, at: position) {
                position = open
                return start..<open
            }
        }
        position = bytes.count
        return nil
    }

    /// Passes over a script, in which `<!-- <script> </script> -->` hides an end tag.
    /// - Returns: The content; `nil` when the document ends first.
    mutating func skipScript() -> Range<Int>? {
        let start = position
        var isEscaped = false
        var isDoubleEscaped = false
        while position < bytes.count {
            let at = position
            position += 1
            switch bytes[at] {
            case UInt8(ascii: "<") where !isEscaped:
                if matches("!--", at: at + 1) {
                    isEscaped = true
                    // The two dashes may be those of the closing -->.
                    position = at + 2
                } else if isTag("/", "script", at: at + 1) {
                    position = at
                    return start..<at
                }
            case UInt8(ascii: "<"):
                let isEnd = isTag("/", "script", at: at + 1)
                if isEnd, !isDoubleEscaped {
                    position = at
                    return start..<at
                }
                if isEnd || isTag("", "script", at: at + 1) { isDoubleEscaped = !isEnd }
            case UInt8(ascii: "-") where isEscaped && matches("->", at: at + 1):
                isEscaped = false
                isDoubleEscaped = false
            default: break
            }
        }
        return nil
    }

    /// Passes over the rest of the document.
    mutating func skipAll() { position = bytes.count }

    // MARK: Tags

    private mutating func scanTag(isEnd: Bool) -> Tag? {
        let start = position
        while let byte = peek(), !Self.endsName(byte) { position += 1 }
        var tag = Tag(name: start..<position, isEnd: isEnd)
        while let byte = peek() {
            if byte == UInt8(ascii: ">") {
                position += 1
                return tag
            }
            // A solidus in an unquoted value does not get here.
            tag.isSelfClosing = byte == UInt8(ascii: "/")
            if Self.isSpace(byte) || tag.isSelfClosing {
                position += 1
            } else {
                tag.attributes.append(scanAttribute())
            }
        }
        return nil
    }

    private mutating func scanAttribute() -> (name: Range<Int>, value: Range<Int>) {
        let start = position
        // A leading equals sign belongs to the name.
        position += 1
        while let byte = peek(), !Self.endsName(byte), byte != UInt8(ascii: "=") { position += 1 }
        let name = start..<position
        let nameEnd = position
        skipSpace()
        guard peek() == UInt8(ascii: "=") else {
            position = nameEnd
            return (name, nameEnd..<nameEnd)
        }
        position += 1
        skipSpace()
        guard let quote = peek() else { return (name, position..<position) }
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let start = position + 1
            let end = find(quote, from: start) ?? bytes.count
            position = min(end + 1, bytes.count)
            return (name, start..<end)
        }
        let valueStart = position
        while let byte = peek(), !Self.isSpace(byte), byte != UInt8(ascii: ">") { position += 1 }
        return (name, valueStart..<position)
    }

    // MARK: Declarations and comments

    private mutating func skipDeclaration(allowsCDATA: Bool) {
        if matches("!--", at: position) {
            skipComment()
        } else if allowsCDATA, bytes[position...].starts(with: "![CDATA[".utf8) {
            position += 8
            while let bracket = find(UInt8(ascii: "]"), from: position) {
                position = bracket + 1
                if matches("]>", at: position) { return position += 2 }
            }
            position = bytes.count
        } else {
            skip(past: UInt8(ascii: ">"))
        }
    }

    /// Comments end with `-->` or `--!>`; `<!-->` and `<!--->` are whole ones.
    private mutating func skipComment() {
        position += 3
        if matches(">", at: position) { return position += 1 }
        if matches("->", at: position) { return position += 2 }
        while let dash = find(UInt8(ascii: "-"), from: position) {
            position = dash + 1
            if matches("->", at: position) { return position += 2 }
            if matches("-!>", at: position) { return position += 3 }
        }
        position = bytes.count
    }

    // MARK: Bytes

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        start < bytes.count ? bytes[start...].firstIndex(of: byte) : nil
    }

    private mutating func skip(past byte: UInt8) {
        position = find(byte, from: position).map { $0 + 1 } ?? bytes.count
    }

    private mutating func skipSpace() {
        while let byte = peek(), Self.isSpace(byte) { position += 1 }
    }

    /// Whether a tag of this name, after a prefix, stands here; the prefix is "/" for an end tag.
    private func isTag(_ prefix: StaticString, _ name: StaticString, at start: Int) -> Bool {
        guard matches(prefix, at: start) else { return false }
        let nameStart = start + prefix.utf8CodeUnitCount
        let end = nameStart + name.utf8CodeUnitCount
        return end < bytes.count && Self.endsName(bytes[end]) && equals(nameStart..<end, name)
    }

    private func matches(_ text: StaticString, at start: Int) -> Bool {
        let end = start + text.utf8CodeUnitCount
        return end <= bytes.count && equals(start..<end, text)
    }

    /// Whether a range holds a lower-case ASCII text, in any case.
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<range.count
        where URLBytes.lowercased(bytes[range.lowerBound + index]) != text.utf8Start[index] {
            return false
        }
        return true
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D || byte == 0x0C
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
    }
}
