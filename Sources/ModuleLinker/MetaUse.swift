import ModuleProtocol

/// How a module uses `import.meta`, as far as the text beside it tells; the client's `keepsURL` in its own words.
enum MetaUse {
    /// Bytes looked at on either side.
    private static let beside = 24

    /// Whether a use leaves `import.meta.url` as it is, so that a literal can stand for it.
    static func keepsURL(_ record: ImportRecord, in text: UnsafeRawBufferPointer) -> Bool {
        let (start, end) = (record.range.lowerBound, record.range.upperBound)
        let before = scalars(text[max(0, start - beside)..<start])
        let after = scalars(text[end..<min(text.count, end + beside)])
        // With another property of it, nothing else gets hold of the object.
        guard record.property == .url else { return record.property == .resolve || readsProperty(after) }
        // ( and white space before, ) and white space after
        let opening = before[...].trimmingEnd { isSpace($0) || $0 == "(" }
        let closing = after.drop { isSpace($0) || $0 == ")" }
        if isPatternStart(opening), let next = closing.first, "]},=".unicodeScalars.contains(next) {
            return false
        }
        if ["++", "--"].contains(where: { opening.suffix(2).elementsEqual($0.unicodeScalars) }) {
            return false
        }
        if endsWithWord("delete", opening) { return false }
        return !startsWithWord("of", closing) && !startsWithWord("in", closing)
    }

    /// Whether the word `hot` stands somewhere in the text.
    static func namesHot(_ text: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        while let found = text[at...].firstIndex(of: UInt8(ascii: "h")) {
            at = found + 1
            guard text[found...].starts(with: "hot".utf8) else { continue }
            let isStart = found == 0 || !isWord(Unicode.Scalar(text[found - 1]))
            let isEnd = found + 3 == text.count || !isWord(Unicode.Scalar(text[found + 3]))
            if isStart, isEnd { return true }
        }
        return false
    }

    /// Whether a property other than `url` follows.
    private static func readsProperty(_ after: [Unicode.Scalar]) -> Bool {
        var rest = after.drop(while: isSpace)
        if rest.first == "?" { rest = rest.dropFirst() }
        guard rest.first == "." else { return false }
        rest = rest.dropFirst().drop(while: isSpace)
        guard let first = rest.first, isWord(first) || first == "$" else { return false }
        return !startsWithWord("url", rest)
    }

    /// Whether a pattern that is assigned to may begin here.
    private static func isPatternStart(_ before: ArraySlice<Unicode.Scalar>) -> Bool {
        switch before.last {
        case "[", ",", ":", ".": true
        case "{": before.dropLast().last != "$"
        default: false
        }
    }

    private static func startsWithWord(_ word: String, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard text.starts(with: word.unicodeScalars) else { return false }
        return !(text.dropFirst(word.unicodeScalars.count).first.map(isWord) ?? false)
    }

    /// The word needs no end: JavaScript's pattern has a boundary before it only.
    private static func endsWithWord(_ word: String, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        let count = word.unicodeScalars.count
        guard text.suffix(count).elementsEqual(word.unicodeScalars) else { return false }
        return !(text.dropLast(count).last.map(isWord) ?? false)
    }

    private static func scalars(_ bytes: Slice<UnsafeRawBufferPointer>) -> [Unicode.Scalar] {
        Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    }

    /// JavaScript's `\w`.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    /// JavaScript's `\s`.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
            true
        default: false
        }
    }
}

extension ArraySlice {
    fileprivate func trimmingEnd(while matches: (Element) -> Bool) -> ArraySlice {
        var slice = self
        while let last = slice.last, matches(last) { slice = slice.dropLast() }
        return slice
    }
}
