/// Why a source could not be lexed, and where.
package struct LexError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with the source.
    package enum Code: String, Sendable, CaseIterable {
        /// A string without its closing quote on the same line.
        case unterminatedString
        /// A template literal that does not end.
        case unterminatedTemplate
        /// A regular expression without its closing slash on the same line.
        case unterminatedRegularExpression
        /// A block comment that does not end.
        case unterminatedComment
        /// A bracket that is not closed, or a class without a body.
        case unclosedBracket
        /// A closing bracket that does not match the one that is open.
        case unexpectedBracket
        /// An `import` declaration that is none.
        case malformedImport
        /// An `export` declaration that is none.
        case malformedExport
        /// An escape sequence in a specifier or exported name that is none.
        case malformedEscape
        /// More brackets open at once than ``LexerLimits/nesting``.
        case nestedTooDeeply
        /// More imports, exports, hot accepts or assets than ``LexerLimits/findings``.
        case tooManyFindings
    }

    /// What is wrong.
    package let code: Code
    /// Byte offset of the token that is at fault (the opening one, where something does not end).
    package let offset: Int
    /// Line of `offset`, from 1.
    package let line: Int
    /// Column of `offset`, from 1, in UTF-16 code units as browsers count.
    package let column: Int

    /// One line for people: what and where.
    package var message: String {
        let what =
            switch code {
            case .unterminatedString: "this string does not end on its line"
            case .unterminatedTemplate: "this template literal does not end"
            case .unterminatedRegularExpression: "this regular expression does not end on its line"
            case .unterminatedComment: "this comment does not end"
            case .unclosedBracket: "this bracket or class is not closed"
            case .unexpectedBracket: "this bracket closes none that is open"
            case .malformedImport: "this import declaration is not valid"
            case .malformedExport: "this export declaration is not valid"
            case .malformedEscape: "this specifier or name holds an escape sequence that is not valid"
            case .nestedTooDeeply: "more than \(LexerLimits.nesting) brackets are open here"
            case .tooManyFindings: "more than \(LexerLimits.findings) imports or exports end here"
            }
        return "line \(line), column \(column): \(what)"
    }

    package var description: String { message }

    init(_ failure: LexFailure, in bytes: UnsafeBufferPointer<UInt8>) {
        code = failure.code
        offset = min(failure.offset, bytes.count)
        var line = 1
        var column = 1
        var index = 0
        while index < offset {
            let byte = bytes[index]
            let isSeparator =
                byte == 0xE2 && index + 2 < bytes.count && bytes[index + 1] == 0x80
                && bytes[index + 2] & 0xFE == 0xA8
            if isSeparator {
                index += 2
            }
            let isReturnOfPair = byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if isSeparator || byte == 0x0A || (byte == 0x0D && !isReturnOfPair) {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += byte >= 0xF0 ? 2 : 1
            }
            index += 1
        }
        self.line = line
        self.column = column
    }
}

/// What the hot path throws; line and column are counted only when it reaches the caller.
struct LexFailure: Error {
    let code: LexError.Code
    let offset: Int
}
