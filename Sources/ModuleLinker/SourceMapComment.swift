/// The comment in a module's last lines that names its source map; the client's `sourceMapEdits` in its own words.
enum SourceMapComment: Equatable {
    /// There is none, or it is left as it is.
    case none
    /// It has to be made absolute.
    case relative(Range<Int>, String)
    /// What it names takes a URL parser.
    case unknown

    /// Bytes at the end in which it is looked for.
    private static let tailBytes = 1024
    private static let key = Array("sourceMappingURL=".utf8)

    init(in text: UnsafeRawBufferPointer) {
        self = .none
        let tail = text[max(0, text.count - Self.tailBytes)...]
        guard let start = Self.lastValue(in: tail), start - tail.startIndex >= Self.key.count + 4 else {
            return
        }
        let mark = tail[(start - Self.key.count - 4)..<(start - Self.key.count)]
        guard mark.elementsEqual("//# ".utf8) || mark.elementsEqual("//@ ".utf8) else { return }
        guard !tail[start...].starts(with: "data:".utf8) else { return }
        var lines = tail[start...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for index in lines.indices.dropLast() where lines[index].last == UInt8(ascii: "\r") {
            lines[index] = lines[index].dropLast()
        }
        var value = lines[0]
        while let last = value.last, Self.isSpace(last) { value = value.dropLast() }
        let quotes = value.contains { Self.isSpace($0) || [0x27, 0x22, 0x60].contains($0) }
        guard lines.dropFirst().allSatisfy(Self.isComment), !value.isEmpty else { return }
        let name = String(decoding: value, as: UTF8.self)
        if PlainURL.reading(of: name) != .unknown, !name.utf8.starts(with: "node:".utf8) {
            self = .relative(value.startIndex..<value.endIndex, name)
        } else if !quotes {
            self = .unknown
        } else if !value.allSatisfy({ $0 < 0x80 }) {
            // Which of these bytes are white space depends on their neighbours.
            self = .unknown
        }
    }

    /// Where the last value begins.
    private static func lastValue(in tail: Slice<UnsafeRawBufferPointer>) -> Int? {
        var at = tail.endIndex
        while let equals = tail[..<at].lastIndex(of: UInt8(ascii: "=")) {
            at = equals
            let start = equals + 1 - key.count
            if start >= tail.startIndex, tail[start...equals].elementsEqual(key) { return equals + 1 }
        }
        return nil
    }

    /// Whether a line has nothing but a comment, in which no template literal can end.
    private static func isComment(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        let rest = line.drop(while: isSpace)
        if rest.isEmpty { return true }
        return rest.starts(with: "//".utf8) && !rest.contains(UInt8(ascii: "`"))
    }

    /// JavaScript's `\s` for bytes that are read as one character each.
    private static func isSpace(_ byte: UInt8) -> Bool {
        (0x09...0x0D).contains(byte) || byte == 0x20 || byte == 0xA0
    }
}
