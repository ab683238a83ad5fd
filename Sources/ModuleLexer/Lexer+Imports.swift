/// `import` in all its forms.
extension Lexer {
    /// After the keyword `import`, which started at `start`.
    mutating func lexImport(_ start: UnsafePointer<UInt8>) throws(LexFailure) {
        let next = try skipTrivia(cursor)
        guard next < end else { throw failure(.malformedImport, at: start) }
        switch next.pointee {
        case Ascii.openParenthesis:
            cursor = next
            try openDynamicImport(start, .evaluation)
        case Ascii.dot:
            try lexImportDot(start, try skipTrivia(next + 1))
        default:
            // Declarations stand at the top level only; elsewhere it is an error that the browser reports.
            guard frames.depth == 0 else {
                position = .operator
                return
            }
            cursor = next
            try lexImportDeclaration(start)
        }
    }

    // MARK: Declarations

    private mutating func lexImportDeclaration(_ start: UnsafePointer<UInt8>) throws(LexFailure) {
        var phase = LexedImport.Phase.evaluation
        var names = LexedImport.Names.only([])
        if cursor.pointee != Ascii.singleQuote, cursor.pointee != Ascii.doubleQuote {
            phase = try lexImportClause(start, &names)
        }
        try lexSpecifier(.staticImport, start, phase, names)
    }

    /// From the first token of an import clause to the specifier after `from`.
    private mutating func lexImportClause(
        _ start: UnsafePointer<UInt8>, _ names: inout LexedImport.Names
    ) throws(LexFailure) -> LexedImport.Phase {
        var phase = LexedImport.Phase.evaluation
        var used: [String] = []
        if startsIdentifier(cursor) {
            let first = cursor
            cursor = try skipTrivia(afterIdentifier(first))
            if cursor < end, cursor.pointee == Ascii.asterisk, word(first, is: "defer") {
                phase = .defer
            } else if startsIdentifier(cursor) {
                // Two words: `x from 'y'`, or `source x from 'y'`, where x may be `from` too.
                let second = cursor
                cursor = try skipTrivia(afterIdentifier(second))
                if startsIdentifier(cursor) {
                    guard word(first, is: "source") else { throw failure(.malformedImport, at: start) }
                    phase = .source
                } else {
                    cursor = second
                    used = ["default"]
                }
            } else {
                used = ["default"]
                if ahead(0, Ascii.comma) { cursor = try skipTrivia(cursor + 1) }
            }
        }
        var usesAll = phase != .evaluation
        if ahead(0, Ascii.asterisk) {
            usesAll = true
            cursor = try skipTrivia(cursor + 1)
            guard word(cursor, is: "as") else { throw failure(.malformedImport, at: start) }
            cursor = try skipTrivia(cursor + 2)
            guard startsIdentifier(cursor) else { throw failure(.malformedImport, at: start) }
            cursor = try skipTrivia(afterIdentifier(cursor))
        } else if ahead(0, Ascii.openBrace) {
            try readNames(start, &used)
        }
        guard word(cursor, is: "from") else { throw failure(.malformedImport, at: start) }
        cursor = try skipTrivia(cursor + 4)
        importedNames += used.count
        names = usesAll || importedNames > LexerLimits.importedNames ? .all : .only(used)
        return phase
    }

    /// Where the identifier at `place` ends.
    mutating func afterIdentifier(_ place: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        cursor = place
        _ = skipIdentifier()
        return cursor
    }

    /// From the brace of `{ a as b, "c" as d }` to the token after it; `names` takes a and c.
    private mutating func readNames(
        _ start: UnsafePointer<UInt8>, _ names: inout [String]
    ) throws(LexFailure) {
        cursor = try skipTrivia(cursor + 1)
        var isFirst = true
        while cursor < end {
            let byte = cursor.pointee
            if byte == Ascii.closeBrace {
                cursor = try skipTrivia(cursor + 1)
                return
            }
            // What is beyond the limit is not built.
            let isWanted = isFirst && importedNames + names.count <= LexerLimits.importedNames
            if byte == Ascii.comma {
                cursor += 1
            } else if byte == Ascii.singleQuote || byte == Ascii.doubleQuote {
                let (place, escaped) = try stringEnd(cursor)
                if isWanted { names.append(try decodeLiteral(cursor + 1, place - 1, escaped: escaped)) }
                cursor = place
            } else if startsIdentifier(cursor) {
                if isWanted { names.append(try readIdentifier().value) } else { _ = skipIdentifier() }
            } else {
                break
            }
            isFirst = byte == Ascii.comma
            cursor = try skipTrivia(cursor)
        }
        throw failure(.malformedImport, at: start)
    }

    /// The specifier at the cursor and the attributes after it; a new statement follows.
    mutating func lexSpecifier(
        _ kind: LexedImport.Kind, _ start: UnsafePointer<UInt8>, _ phase: LexedImport.Phase,
        _ names: LexedImport.Names
    ) throws(LexFailure) {
        guard ahead(0, Ascii.singleQuote) || ahead(0, Ascii.doubleQuote) else {
            throw failure(kind == .reExport ? .malformedExport : .malformedImport, at: start)
        }
        let literal = cursor
        let (place, escaped) = try stringEnd(literal)
        cursor = place
        let specifier = try decodeLiteral(literal + 1, place - 1, escaped: escaped)
        let attributeType = try lexAttributes(start)
        try record(
            LexedImport(
                kind: kind, keyword: offset(start), range: offset(literal)..<offset(place),
                specifier: specifier, attributeType: attributeType, phase: phase, names: names))
        module.hasModuleSyntax = true
        position = .statement
    }

    /// `with { type: 'json' }` after a specifier, if it is there.
    ///
    /// The older `assert` is no longer JavaScript.
    private mutating func lexAttributes(_ start: UnsafePointer<UInt8>) throws(LexFailure) -> String? {
        let keyword = try skipTrivia(cursor)
        guard word(keyword, is: "with") else { return nil }
        let brace = try skipTrivia(keyword + 4)
        guard brace < end, brace.pointee == Ascii.openBrace else { return nil }
        cursor = brace
        return try lexAttributeList(start)
    }

    /// The list of attributes whose brace is at the cursor; the value of `type`.
    private mutating func lexAttributeList(_ start: UnsafePointer<UInt8>) throws(LexFailure) -> String? {
        var type: String?
        cursor = try skipTrivia(cursor + 1)
        while cursor < end, cursor.pointee != Ascii.closeBrace {
            let key = cursor
            var keyIsType = word(key, is: "type")
            if key.pointee == Ascii.singleQuote || key.pointee == Ascii.doubleQuote {
                let (place, escaped) = try stringEnd(key)
                cursor = place
                keyIsType = try decodeLiteral(key + 1, place - 1, escaped: escaped) == "type"
            } else if startsIdentifier(key) {
                cursor = afterIdentifier(key)
            } else {
                throw failure(.malformedImport, at: start)
            }
            cursor = try skipTrivia(cursor)
            guard ahead(0, Ascii.colon) else { throw failure(.malformedImport, at: start) }
            let value = try skipTrivia(cursor + 1)
            guard value < end, value.pointee == Ascii.singleQuote || value.pointee == Ascii.doubleQuote else {
                throw failure(.malformedImport, at: start)
            }
            let (place, escaped) = try stringEnd(value)
            if keyIsType { type = try decodeLiteral(value + 1, place - 1, escaped: escaped) }
            cursor = try skipTrivia(place)
            if ahead(0, Ascii.comma) { cursor = try skipTrivia(cursor + 1) }
        }
        guard cursor < end else { throw failure(.malformedImport, at: start) }
        cursor += 1
        return type
    }

    // MARK: Expressions

    /// `import(` with the cursor at the parenthesis.
    private mutating func openDynamicImport(
        _ start: UnsafePointer<UInt8>, _ phase: LexedImport.Phase
    ) throws(LexFailure) {
        let argument = try skipTrivia(cursor + 1)
        var found = LexedImport(
            kind: .dynamicComputed, keyword: offset(start), range: offset(argument)..<offset(argument),
            phase: phase)
        let isLiteral = try readLiteralArgument(argument, &found)
        try frames.push(.dynamicImport, after: .operator, opened: offset(cursor))
        if !isLiteral { frames.top.pendingImport = Int32(truncatingIfNeeded: module.imports.count) }
        try record(found)
        cursor = argument
        position = .operand
    }

    /// Makes `found` a literal import if one literal is all of the first argument at `place`.
    private mutating func readLiteralArgument(
        _ place: UnsafePointer<UInt8>, _ found: inout LexedImport
    ) throws(LexFailure) -> Bool {
        guard let (literal, next) = try literalArgument(place), isArgumentEnd(next) else { return false }
        found.kind = .dynamicImport
        found.names = .all
        found.range = literal.range
        found.specifier = literal.value
        if next.pointee == Ascii.comma { found.attributeType = try peekAttributeType(next + 1) }
        return true
    }

    /// Where the literal at `place` ends, and whether it holds a backslash; nil for a template with substitutions or
    /// line ends, and for anything else.
    func literalEnd(
        _ place: UnsafePointer<UInt8>
    ) throws(LexFailure) -> (place: UnsafePointer<UInt8>, escaped: Bool)? {
        guard place < end else { return nil }
        switch place.pointee {
        case Ascii.singleQuote, Ascii.doubleQuote: return try stringEnd(place)
        case Ascii.backtick: return plainTemplateEnd(place)
        default: return nil
        }
    }

    /// The literal from `start` to `stop`, quotes included.
    func literal(
        _ start: UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>, escaped: Bool
    ) throws(LexFailure) -> LexedLiteral {
        LexedLiteral(
            range: offset(start)..<offset(stop),
            value: try decodeLiteral(start + 1, stop - 1, escaped: escaped))
    }

    /// Where the template at `start` ends if it holds no substitution and no line end.
    private func plainTemplateEnd(
        _ start: UnsafePointer<UInt8>
    ) -> (place: UnsafePointer<UInt8>, escaped: Bool)? {
        var place = start + 1
        var escaped = false
        while place < end {
            switch place.pointee {
            case Ascii.backtick: return (place + 1, escaped)
            case Ascii.dollar where end - place >= 2 && place[1] == Ascii.openBrace: return nil
            case Ascii.lineFeed, Ascii.carriageReturn: return nil
            case Ascii.backslash:
                escaped = true
                place += 1
            default: break
            }
            place += 1
        }
        return nil
    }

    /// The type in `{ with: { type: 'json' } }` at `start`; nil if it is written in any other way.
    ///
    /// Only looks ahead: the argument is lexed as an expression afterwards.
    private mutating func peekAttributeType(_ start: UnsafePointer<UInt8>) throws(LexFailure) -> String? {
        var place = try skipTrivia(start)
        for name in ["with", "type"] as [StaticString] {
            guard place < end, place.pointee == Ascii.openBrace else { return nil }
            place = try skipTrivia(place + 1)
            guard word(place, is: name) else { return nil }
            place = try skipTrivia(place + name.utf8CodeUnitCount)
            guard place < end, place.pointee == Ascii.colon else { return nil }
            place = try skipTrivia(place + 1)
        }
        guard place < end, place.pointee == Ascii.singleQuote || place.pointee == Ascii.doubleQuote else {
            return nil
        }
        let (literalEnd, escaped) = try stringEnd(place)
        return try decodeLiteral(place + 1, literalEnd - 1, escaped: escaped)
    }

    /// The first argument of the innermost dynamic import has ended with the last token.
    mutating func endImportArgument() {
        let index = Int(frames.top.pendingImport)
        frames.top.pendingImport = -1
        let start = module.imports[index].range.lowerBound
        let stop = offset(lastTokenEnd)
        if stop > start {
            module.imports[index].range = start..<stop
        } else {
            // `import()`: nothing to replace, and an error that the browser reports.
            module.imports.remove(at: index)
        }
    }

    /// After `import.`, with `place` at the next token.
    private mutating func lexImportDot(
        _ start: UnsafePointer<UInt8>, _ place: UnsafePointer<UInt8>
    ) throws(LexFailure) {
        position = .operator
        cursor = place
        guard startsIdentifier(place) else { return }
        _ = skipIdentifier()
        if word(place, is: "meta") {
            try lexImportMeta(start)
        } else if word(place, is: "defer") || word(place, is: "source") {
            let phase: LexedImport.Phase = word(place, is: "defer") ? .defer : .source
            let next = try skipTrivia(cursor)
            guard next < end, next.pointee == Ascii.openParenthesis else { return }
            cursor = next
            try openDynamicImport(start, phase)
        }
    }

    /// After `import.meta`: takes `.url` or `.resolve` with it, unless it is assigned to.
    private mutating func lexImportMeta(_ start: UnsafePointer<UInt8>) throws(LexFailure) {
        module.hasModuleSyntax = true
        var property = LexedImport.MetaProperty.other
        var stop = cursor
        let dot = try skipTrivia(cursor)
        if dot < end, dot.pointee == Ascii.dot {
            let name = try skipTrivia(dot + 1)
            for candidate in [LexedImport.MetaProperty.url, .resolve]
            where word(name, is: candidate == .url ? "url" : "resolve") {
                let after = name + candidate.rawValue.utf8.count
                guard try !isAssigned(after) else { break }
                property = candidate
                stop = after
            }
        }
        if property == .other { try readHot(start, cursor) }
        cursor = stop
        try record(
            LexedImport(
                kind: .importMeta(property), keyword: offset(start), range: offset(start)..<offset(stop)))
    }

    /// Whether an assignment operator, `++` or `--` follows: then it cannot be replaced by a value.
    private mutating func isAssigned(_ start: UnsafePointer<UInt8>) throws(LexFailure) -> Bool {
        var place = try skipTrivia(start)
        guard place < end else { return false }
        let first = place.pointee
        if first == UInt8(ascii: "+") || first == UInt8(ascii: "-"), end - place >= 2, place[1] == first {
            return !hasLineEnd(start, place)
        }
        let operators: [UInt8] = Array("+-*/%&|^<>?".utf8)
        var count = 0
        while place < end, operators.contains(place.pointee), count < 3 {
            place += 1
            count += 1
        }
        guard place < end, place.pointee == Ascii.equals else { return false }
        if count == 1, first == UInt8(ascii: "<") || first == Ascii.greater { return false }
        let isComparison =
            count == 0 && end - place >= 2 && (place[1] == Ascii.equals || place[1] == Ascii.greater)
        return !isComparison
    }
}
