/// The wildcard pattern of one path component: literals, `?`, `*` and bracket expressions, by bytes.
struct GlobSegment: Sendable, Hashable {
    enum Token: Sendable, Hashable {
        case literal(UInt8)
        case anyByte
        case anyRun
        case oneOf(ByteSet)
    }

    var tokens: [Token]

    /// The bytes, if the pattern has no wildcard.
    var literal: [UInt8]? {
        var bytes: [UInt8] = []
        for token in tokens {
            guard case .literal(let byte) = token else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Whether the component `text[range]` matches.
    ///
    /// One backtrack point is enough (the last `*` seen), so the worst case is the product of both lengths.
    func matches(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        var position = range.lowerBound
        var token = 0
        var resumeToken = -1
        var resumePosition = position
        while position < range.upperBound {
            if token < tokens.count {
                if case .anyRun = tokens[token] {
                    token += 1
                    resumeToken = token
                    resumePosition = position
                    continue
                }
                if Self.accepts(tokens[token], text[position]) {
                    token += 1
                    position += 1
                    continue
                }
            }
            guard resumeToken >= 0 else { return false }
            resumePosition += 1
            position = resumePosition
            token = resumeToken
        }
        while token < tokens.count, tokens[token] == .anyRun { token += 1 }
        return token == tokens.count
    }

    private static func accepts(_ token: Token, _ byte: UInt8) -> Bool {
        switch token {
        case .literal(let expected): return expected == byte
        case .anyByte: return true
        case .anyRun: return false
        case .oneOf(let set): return set.contains(byte)
        }
    }
}
