/// The one pass over a module's bytes.
///
/// Every read is guarded by `cursor < end`, and every turn of the loop moves the cursor forward.
struct Lexer: ~Copyable {
    let base: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var cursor: UnsafePointer<UInt8>
    /// Where the last token ended; space and comments are no tokens.
    var lastTokenEnd: UnsafePointer<UInt8>
    var position = Position.statement
    var frames = FrameStack()
    /// What the next `(` opens, when a keyword has said so.
    var nextParenthesis = Frame.Kind.parenthesis
    /// What the last `)` closed; tells the body of a function from other blocks.
    var lastParenthesis = Frame.Kind.parenthesis
    /// Behind the last `let` or `var`, and behind the last exported binding; see ``endsBareDeclaration()``.
    var declaration: UnsafePointer<UInt8>?
    var bareBindingEnd: UnsafePointer<UInt8>?
    /// What the next class at the top level is exported as, when decorators stand between it and `export`.
    var decoratedExport = DecoratedExport.none
    /// The `new` of a URL that has been recorded as a worker's.
    var workerURL: UnsafePointer<UInt8>?
    /// How many names imports and re-exports have listed.
    var importedNames = 0
    var module = LexedModule()

    /// How a decorated class is exported.
    enum DecoratedExport {
        case none
        case named
        case `default`
    }

    init(base: UnsafePointer<UInt8>, count: Int) {
        self.base = base
        end = base + count
        cursor = base
        lastTokenEnd = base
    }

    /// What was found, once ``run()`` has returned.
    consuming func takeModule() -> LexedModule { module }

    @inline(__always) func offset(_ place: UnsafePointer<UInt8>) -> Int { place - base }

    @inline(__always) func failure(_ code: LexError.Code, at place: UnsafePointer<UInt8>) -> LexFailure {
        LexFailure(code: code, offset: offset(place))
    }

    /// Whether the byte `distance` after the cursor is `byte`.
    @inline(__always) func ahead(_ distance: Int, _ byte: UInt8) -> Bool {
        end - cursor > distance && cursor[distance] == byte
    }

    /// Lexes the whole source.
    mutating func run() throws(LexFailure) {
        skipByteOrderMark()
        skipHashbang()
        while cursor < end {
            let byte = cursor.pointee
            switch byte {
            case Ascii.space, Ascii.lineFeed, Ascii.carriageReturn, Ascii.tab, 0x0B, 0x0C:
                skipSpace()
                continue
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                try lexWord()
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), Ascii.dollar, Ascii.underscore, Ascii.backslash:
                _ = skipIdentifier()
                endName()
            case Ascii.zero...Ascii.nine:
                skipNumber()
                endName()
            case Ascii.dot:
                try lexDot()
            case Ascii.comma:
                cursor += 1
                try lexComma()
            case UInt8(ascii: ";"):
                cursor += 1
                lexSemicolon()
            case Ascii.colon:
                cursor += 1
                try lexColon()
            case Ascii.equals:
                cursor += 1
                if cursor < end, cursor.pointee == Ascii.greater {
                    try lexArrow()
                } else {
                    position = .operand
                }
            case Ascii.openParenthesis:
                try openParenthesis()
            case Ascii.closeParenthesis:
                try closeParenthesis()
            case Ascii.openBrace:
                try openBrace()
            case Ascii.closeBrace:
                try closeBrace()
            case Ascii.openBracket:
                try frames.push(
                    .bracket, after: position == .name ? .name : .operator, opened: offset(cursor))
                cursor += 1
                position = .operand
            case Ascii.closeBracket:
                guard frames.top.kind == .bracket else { throw failure(.unexpectedBracket, at: cursor) }
                position = frames.top.after
                frames.pop()
                cursor += 1
            case Ascii.singleQuote, Ascii.doubleQuote:
                cursor = try stringEnd(cursor).place
                endName()
            case Ascii.backtick:
                try lexTemplate(from: cursor + 1, opened: cursor)
            case Ascii.slash:
                if try skipComment() { continue }
                try lexSlash()
            case Ascii.question:
                try lexQuestion()
            case UInt8(ascii: "+"), UInt8(ascii: "-"):
                lexSign(byte)
            case Ascii.asterisk:
                cursor += 1
                if position != .name { position = .operand }
            case Ascii.hash:
                cursor += 1
                _ = skipIdentifier()
                endName()
            case Ascii.at:
                // A decorator: what follows is an operand, and then the name or class it decorates.
                cursor += 1
            case 0x80...:
                let length = spaceLength(at: cursor)
                if length > 0 {
                    cursor += length
                    continue
                }
                _ = skipIdentifier()
                endName()
            default:
                // The other operators, one byte at a time. Control bytes are errors that the browser reports.
                cursor += 1
                position = .operand
            }
            lastTokenEnd = cursor
        }
        if frames.depth > 0 { throw LexFailure(code: .unclosedBracket, offset: frames.top.opened) }
    }

    /// After a word that is no keyword, a number or a string.
    @inline(__always) mutating func endName() {
        if position == .operator {
            // Two operands in a row: a new line has ended the field or the declaration before.
            if frames.top.kind == .classBody { position = .name }
            frames.top.isBinding = false
        } else if position != .name {
            position = .operator
        }
    }
}
