/// Words that may be keywords.
extension Lexer {
    @inline(__always) mutating func lexWord() throws(LexFailure) {
        let start = cursor
        let isPlain = skipIdentifier()
        if position != .name, isPlain, let keyword = Keyword(at: start, count: cursor - start, end: end) {
            try lexKeyword(keyword, start)
        } else {
            endName()
        }
    }

    private mutating func lexKeyword(
        _ keyword: Keyword, _ start: UnsafePointer<UInt8>
    ) throws(LexFailure) {
        if position == .operator {
            if keyword == .in || keyword == .instanceof || (keyword == .of && frames.top.kind == .forHead) {
                position = .operand
                return
            }
            // Two operands in a row: a new line has ended the field or the statement before.
            frames.top.isBinding = false
            if frames.top.kind == .classBody {
                position = .name
                return
            }
            position = .statement
        }
        switch keyword {
        case .await, .case, .const, .delete, .extends, .in, .instanceof, .throw, .typeof, .void, .yield:
            position = .operand
        case .let, .var:
            declaration = cursor
            position = .operand
        case .new:
            try readNew(start)
            position = .operand
        case .catch, .debugger, .do, .else, .finally, .try:
            position = .statement
        case .if, .switch, .while, .with:
            nextParenthesis = .head
            position = .operator
        case .for:
            nextParenthesis = .forHead
            position = .operator
        case .return:
            let next = try skipTrivia(cursor)
            position = hasLineEnd(cursor, next) ? .statement : .operand
        case .break, .continue:
            try lexLabel()
        case .async:
            try lexAsync(start)
        case .function:
            nextParenthesis = position == .operand ? .expressionParameters : .declarationParameters
            position = .operator
        case .class:
            let after: Position = position == .operand ? .operator : .statement
            try frames.push(.classHead, after: after, opened: offset(start))
            let next = try skipTrivia(cursor)
            if startsIdentifier(next), !word(next, is: "extends") {
                if decoratedExport != .none, frames.depth == 1 {
                    try recordDeclaration(at: next, isDefault: decoratedExport == .default)
                }
                cursor = afterIdentifier(next)
            }
            if frames.depth == 1 { decoratedExport = .none }
            position = .operator
        case .import:
            try lexImport(start)
        case .export:
            try lexExport(start)
        case .default, .of:
            position = .operator
        }
    }

    /// The label that may follow `break` or `continue` on the same line; a new statement follows either way.
    private mutating func lexLabel() throws(LexFailure) {
        let next = try skipTrivia(cursor)
        position = .statement
        guard startsIdentifier(next), !hasLineEnd(cursor, next) else { return }
        cursor = next
        _ = skipIdentifier()
    }

    /// `async` leaves open what follows when it is `function`; otherwise it is a name.
    private mutating func lexAsync(_ start: UnsafePointer<UInt8>) throws(LexFailure) {
        let next = try skipTrivia(cursor)
        if word(next, is: "function"), !hasLineEnd(cursor, next) { return }
        // `async x => …`: x must not look like a new line's operand, which would end the exported declaration.
        if frames.top.isBinding, startsIdentifier(next), !hasLineEnd(cursor, next) { return }
        position = .operator
    }

    /// Whether the identifier at `place` is `name`, written without escapes.
    func word(_ place: UnsafePointer<UInt8>, is name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        guard end - place >= count else { return false }
        for index in 0..<count where place[index] != name.utf8Start[index] { return false }
        let after = place + count
        guard after < end else { return true }
        let kind = ByteTable.classes[Int(after.pointee)]
        if kind == ByteTable.identifier { return false }
        return kind != ByteTable.special || (after.pointee != Ascii.backslash && spaceLength(at: after) > 0)
    }
}
