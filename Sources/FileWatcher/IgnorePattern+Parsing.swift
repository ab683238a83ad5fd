// The syntax of gitignore(5): https://git-scm.com/docs/gitignore

extension IgnorePattern {
    /// All patterns of a `.gitignore` file, in order; comments, blank and malformed lines leave nothing.
    static func parse(file: [UInt8]) -> [IgnorePattern] {
        var bytes = file[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            IgnorePattern(line: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
    }

    /// One line; nil if it is blank, a comment or can never match.
    init?(line: ArraySlice<UInt8>) {
        var rest = Self.withoutTrailingSpaces(line)
        if rest.isEmpty || rest.first == UInt8(ascii: "#") { return nil }
        isNegated = rest.first == UInt8(ascii: "!")
        if isNegated { rest = rest.dropFirst() }
        matchesDirectoriesOnly = rest.last == UInt8(ascii: "/")
        if matchesDirectoriesOnly { rest = rest.dropLast() }
        if rest.isEmpty { return nil }

        let isAnchored = rest.contains(UInt8(ascii: "/"))
        if rest.first == UInt8(ascii: "/") { rest = rest.dropFirst() }
        guard let segments = Self.segments(rest) else { return nil }
        if isAnchored {
            shape = .path(segments.map { $0.isAnyDepth ? .anyDepth : .segment($0.segment) })
            return
        }
        let segment = segments[0].segment
        if let literal = segment.literal {
            shape = .name(literal)
        } else if segment.tokens.first == .anyRun,
            let literal = GlobSegment(tokens: Array(segment.tokens.dropFirst())).literal
        {
            shape = .suffix(literal)
        } else {
            shape = .base(segment)
        }
    }

    /// Convenience for patterns written in the source.
    init?(_ line: String) {
        self.init(line: Array(line.utf8)[...])
    }

    /// Spaces at the end do not count unless a backslash stands before them.
    private static func withoutTrailingSpaces(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var end = line.startIndex
        var index = line.startIndex
        while index < line.endIndex {
            if line[index] == UInt8(ascii: "\\") {
                index = min(index + 2, line.endIndex)
                end = index
            } else {
                index += 1
                if line[index - 1] != UInt8(ascii: " ") { end = index }
            }
        }
        return line[..<end]
    }

    private static func segments(
        _ pattern: ArraySlice<UInt8>
    ) -> [(segment: GlobSegment, isAnyDepth: Bool)]? {
        var result: [(segment: GlobSegment, isAnyDepth: Bool)] = []
        var tokens: [GlobSegment.Token] = []
        var starsOnly = 0
        func finished() -> (segment: GlobSegment, isAnyDepth: Bool) {
            (GlobSegment(tokens: tokens), starsOnly >= 2 && tokens.count == 1)
        }
        var index = pattern.startIndex
        while index < pattern.endIndex {
            let byte = pattern[index]
            index += 1
            switch byte {
            case UInt8(ascii: "/"):
                result.append(finished())
                tokens = []
                starsOnly = 0
            case UInt8(ascii: "*"):
                starsOnly += 1
                if tokens.last != .anyRun { tokens.append(.anyRun) }
            case UInt8(ascii: "?"):
                tokens.append(.anyByte)
            case UInt8(ascii: "["):
                guard let (set, next) = bracket(pattern, from: index) else { return nil }
                tokens.append(.oneOf(set))
                index = next
            case UInt8(ascii: "\\"):
                guard index < pattern.endIndex else { return nil }
                // An escaped slash is still a separator: leave it to the next round.
                if pattern[index] == UInt8(ascii: "/") { continue }
                tokens.append(.literal(pattern[index]))
                index += 1
            default:
                tokens.append(.literal(byte))
            }
        }
        result.append(finished())
        return result
    }

    /// The set of a bracket expression whose `[` stands before `start`, and the index after its `]`.
    private static func bracket(_ pattern: ArraySlice<UInt8>, from start: Int) -> (ByteSet, Int)? {
        var set = ByteSet()
        var index = start
        var isInverted = false
        if index < pattern.endIndex,
            pattern[index] == UInt8(ascii: "!") || pattern[index] == UInt8(ascii: "^")
        {
            isInverted = true
            index += 1
        }
        var isFirst = true
        while index < pattern.endIndex {
            var byte = pattern[index]
            if byte == UInt8(ascii: "]"), !isFirst {
                if isInverted { set.invert() }
                // A slash is matched by a slash only.
                set.remove(UInt8(ascii: "/"))
                return (set, index + 1)
            }
            isFirst = false
            index += 1
            if byte == UInt8(ascii: "["), index < pattern.endIndex, pattern[index] == UInt8(ascii: ":") {
                guard let end = pattern[(index + 1)...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
                if end > index + 1, pattern[end - 1] == UInt8(ascii: ":") {
                    guard insertClass(pattern[index + 1..<end - 1], into: &set) else { return nil }
                    index = end + 1
                    continue
                }
            }
            if byte == UInt8(ascii: "\\") {
                guard index < pattern.endIndex else { return nil }
                byte = pattern[index]
                index += 1
            }
            if index + 1 < pattern.endIndex, pattern[index] == UInt8(ascii: "-"),
                pattern[index + 1] != UInt8(ascii: "]")
            {
                index += 1
                if pattern[index] == UInt8(ascii: "\\") { index += 1 }
                guard index < pattern.endIndex else { return nil }
                if byte <= pattern[index] { set.insert(byte...pattern[index]) }
                index += 1
            } else {
                set.insert(byte)
            }
        }
        return nil
    }

    private static func insertClass(_ name: ArraySlice<UInt8>, into set: inout ByteSet) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let lower = UInt8(ascii: "a")...UInt8(ascii: "z")
        switch String(decoding: name, as: UTF8.self) {
        case "alnum": [digits, upper, lower].forEach { set.insert($0) }
        case "alpha": [upper, lower].forEach { set.insert($0) }
        case "blank": [0x20, 0x09].forEach { set.insert($0 as UInt8) }
        case "cntrl":
            set.insert(0...0x1F)
            set.insert(0x7F as UInt8)
        case "digit": set.insert(digits)
        case "graph": set.insert(0x21...0x7E)
        case "lower": set.insert(lower)
        case "print": set.insert(0x20...0x7E)
        case "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E].forEach { set.insert($0) }
        case "space":
            set.insert(0x09...0x0D)
            set.insert(0x20 as UInt8)
        case "upper": set.insert(upper)
        case "xdigit":
            set.insert(digits)
            set.insert(UInt8(ascii: "A")...UInt8(ascii: "F"))
            set.insert(UInt8(ascii: "a")...UInt8(ascii: "f"))
        default: return false
        }
        return true
    }
}
