/// Brackets and the punctuators that change what may follow.
extension Lexer {
    mutating func lexDot() throws(LexFailure) {
        if end - cursor >= 2 {
            if (Ascii.zero...Ascii.nine).contains(cursor[1]) {
                skipNumber()
                endName()
                return
            }
            if cursor[1] == Ascii.dot, ahead(2, Ascii.dot) {
                cursor += 3
                position = .operand
                return
            }
        }
        cursor += 1
        try lexProperty()
    }

    /// The property name after `.` or `?.`; a word there is never a keyword.
    @inline(__always) private mutating func lexProperty() throws(LexFailure) {
        position = .operator
        if cursor < end, ByteTable.classes[Int(cursor.pointee)] != ByteTable.identifier {
            cursor = try skipTrivia(cursor)
            if cursor < end, cursor.pointee == Ascii.hash { cursor += 1 }
            guard startsIdentifier(cursor) else { return }
        }
        _ = skipIdentifier()
    }

    mutating func lexQuestion() throws(LexFailure) {
        cursor += 1
        if ahead(0, Ascii.dot), !(end - cursor >= 2 && (Ascii.zero...Ascii.nine).contains(cursor[1])) {
            cursor += 1
            try lexProperty()
            return
        }
        position = .operand
        if ahead(0, Ascii.question) {
            cursor += 1
        } else {
            frames.top.conditionals &+= 1
        }
    }

    @inline(__always) mutating func lexComma() throws(LexFailure) {
        if frames.top.isBinding { return try lexBindings(at: .element) }
        if frames.top.kind == .object {
            position = .name
            return
        }
        if frames.top.pendingImport >= 0 { endImportArgument() }
        position = .operand
    }

    @inline(__always) mutating func lexSemicolon() {
        switch frames.top.kind {
        case .block: position = .statement
        case .classBody: position = .name
        default: position = .operand
        }
        frames.top.conditionals = 0
        frames.top.isBinding = false
    }

    @inline(__always) mutating func lexColon() throws(LexFailure) {
        if frames.top.conditionals > 0 {
            frames.top.conditionals &-= 1
            position = .operand
        } else if frames.top.isBinding, frames.top.kind == .object {
            try lexBindings(at: .target)
        } else {
            // The end of a label or a `case`, or the start of a property's value.
            position = frames.top.kind == .block ? .statement : .operand
        }
    }

    /// The second character of `=>`.
    mutating func lexArrow() throws(LexFailure) {
        cursor += 1
        position = .operand
        let next = try skipTrivia(cursor)
        guard next < end, next.pointee == Ascii.openBrace else { return }
        // No operator may follow the body of an arrow function: a slash after it starts a new statement.
        let after: Position = frames.top.kind == .classBody ? .name : .statement
        try frames.push(.block, after: after, opened: offset(next))
        cursor = next + 1
        position = .statement
    }

    /// `+` or `-`, alone or doubled.
    @inline(__always) mutating func lexSign(_ sign: UInt8) {
        if ahead(1, sign) {
            // After an operand on the same line it is a postfix operator, and an operand has still ended.
            let isPostfix = position == .operator && !hasLineEnd(lastTokenEnd, cursor)
            cursor += 2
            if !isPostfix {
                if position == .operator { frames.top.isBinding = false }
                position = .operand
            }
        } else {
            cursor += 1
            position = .operand
        }
    }

    mutating func openParenthesis() throws(LexFailure) {
        let opened = offset(cursor)
        cursor += 1
        if position == .name {
            try frames.push(.parenthesis, after: .name, opened: opened)
        } else {
            let isHead = nextParenthesis == .head || nextParenthesis == .forHead
            try frames.push(nextParenthesis, after: isHead ? .statement : .operator, opened: opened)
            nextParenthesis = .parenthesis
        }
        position = .operand
    }

    mutating func closeParenthesis() throws(LexFailure) {
        guard frames.top.kind.isParenthesis else { throw failure(.unexpectedBracket, at: cursor) }
        if frames.top.pendingImport >= 0 { endImportArgument() }
        position = frames.top.after
        lastParenthesis = frames.top.kind
        frames.pop()
        cursor += 1
    }

    mutating func openBrace() throws(LexFailure) {
        let opened = offset(cursor)
        cursor += 1
        switch position {
        case .statement:
            try frames.push(.block, after: .statement, opened: opened)
            position = .statement
        case .operand, .exportDefault:
            try frames.push(.object, after: .operator, opened: opened)
            position = .name
        case .name:
            // The body of a method or accessor, or a static block.
            try frames.push(.block, after: .name, opened: opened)
            position = .statement
        case .operator:
            if lastParenthesis == .expressionParameters {
                try frames.push(.block, after: .operator, opened: opened)
                position = .statement
            } else if lastParenthesis != .declarationParameters, frames.top.kind == .classHead {
                frames.top.kind = .classBody
                position = .name
            } else {
                // A function, a catch clause, or a new line that has ended a statement.
                frames.top.isBinding = false
                try frames.push(.block, after: .statement, opened: opened)
                position = .statement
            }
        }
        lastParenthesis = .parenthesis
    }

    mutating func closeBrace() throws(LexFailure) {
        switch frames.top.kind {
        case .block where frames.depth > 0, .object, .classBody:
            position = frames.top.after
            frames.pop()
            cursor += 1
            if frames.top.isBinding, position == .statement { try endArrowInBinding() }
        case .template:
            let opened = base + frames.top.opened
            frames.pop()
            try lexTemplate(from: cursor + 1, opened: opened)
        default:
            throw failure(.unexpectedBracket, at: cursor)
        }
    }
}
