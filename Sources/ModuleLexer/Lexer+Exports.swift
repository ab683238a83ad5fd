/// `export` in all its forms.
extension Lexer {
    /// After the keyword `export`, which started at `start`.
    mutating func lexExport(_ start: UnsafePointer<UInt8>) throws(LexFailure) {
        // Declarations stand at the top level only; elsewhere it is an error that the browser reports.
        guard frames.depth == 0 else {
            position = .operator
            return
        }
        let next = try skipTrivia(cursor)
        guard next < end else { throw failure(.malformedExport, at: start) }
        module.hasModuleSyntax = true
        decoratedExport = .none
        position = .statement
        if next.pointee == Ascii.asterisk {
            cursor = try skipTrivia(next + 1)
            try lexExportStar(start)
        } else if next.pointee == Ascii.openBrace {
            cursor = next
            try lexExportList(start)
        } else if word(next, is: "default") {
            cursor = next + 7
            position = .exportDefault
            try record(LexedExport(name: "default", range: offset(next)..<offset(cursor)))
            try readDeclaredName(try skipTrivia(cursor), isDefault: true)
        } else if let count = bindingKeywordLength(next) {
            cursor = next + count
            frames.top.isBinding = true
            try lexBindings(at: .element)
        } else if startsIdentifier(next) || next.pointee == Ascii.at {
            // A declaration, which the main loop takes from here.
            try readDeclaredName(next, isDefault: false)
        } else {
            throw failure(.malformedExport, at: start)
        }
    }

    /// `* from 'x'` and `* as ns from 'x'`, with the cursor at the token after the asterisk.
    private mutating func lexExportStar(_ start: UnsafePointer<UInt8>) throws(LexFailure) {
        let index = module.imports.count
        var namespace: LexedExport?
        if word(cursor, is: "as") {
            cursor = try skipTrivia(cursor + 2)
            let name = try readExportName(start)
            namespace = LexedExport(name: name.value, range: name.range, importIndex: index)
        }
        try lexFrom(start, .all)
        if let namespace {
            try record(namespace)
        } else {
            module.imports[index].isStar = true
        }
    }

    /// `{ a, b as c }` with or without `from 'x'`; the brace is at the cursor.
    private mutating func lexExportList(_ start: UnsafePointer<UInt8>) throws(LexFailure) {
        let first = module.exports.count
        cursor = try skipTrivia(cursor + 1)
        while !ahead(0, Ascii.closeBrace) {
            let local = try readExportName(start)
            var exported = local
            if word(cursor, is: "as") {
                cursor = try skipTrivia(cursor + 2)
                exported = try readExportName(start)
            }
            try record(
                LexedExport(
                    name: exported.value, range: exported.range, localName: local.value,
                    localRange: local.range))
            if ahead(0, Ascii.comma) {
                cursor = try skipTrivia(cursor + 1)
            } else if !ahead(0, Ascii.closeBrace) {
                throw failure(.malformedExport, at: start)
            }
        }
        cursor = try skipTrivia(cursor + 1)
        guard word(cursor, is: "from") else { return }
        let index = module.imports.count
        importedNames += module.exports.count - first
        try lexFrom(
            start,
            importedNames > LexerLimits.importedNames
                ? .all : .only(module.exports[first...].compactMap(\.localName)))
        for place in first..<module.exports.count {
            module.exports[place].importedName = module.exports[place].localName
            module.exports[place].localName = nil
            module.exports[place].localRange = nil
            module.exports[place].importIndex = index
        }
    }

    /// `from 'x'` and its attributes.
    private mutating func lexFrom(
        _ start: UnsafePointer<UInt8>, _ names: LexedImport.Names
    ) throws(LexFailure) {
        guard word(cursor, is: "from") else { throw failure(.malformedExport, at: start) }
        cursor = try skipTrivia(cursor + 4)
        try lexSpecifier(.reExport, start, .evaluation, names)
    }

    /// The name at the cursor, an identifier or a string; the cursor moves to the token after it.
    private mutating func readExportName(_ start: UnsafePointer<UInt8>) throws(LexFailure) -> LexedLiteral {
        let name: LexedLiteral
        if ahead(0, Ascii.singleQuote) || ahead(0, Ascii.doubleQuote) {
            let (place, escaped) = try stringEnd(cursor)
            name = try literal(cursor, place, escaped: escaped)
            cursor = place
        } else if startsIdentifier(cursor) {
            name = try readIdentifier()
        } else {
            throw failure(.malformedExport, at: start)
        }
        cursor = try skipTrivia(cursor)
        return name
    }

    /// The identifier at the cursor, which moves behind it.
    mutating func readIdentifier() throws(LexFailure) -> LexedLiteral {
        let start = cursor
        let isPlain = skipIdentifier()
        return LexedLiteral(
            range: offset(start)..<offset(cursor), value: try decodeLiteral(start, cursor, escaped: !isPlain))
    }

    // MARK: Declarations

    /// The length of `const`, `let` or `var` at `place`.
    private func bindingKeywordLength(_ place: UnsafePointer<UInt8>) -> Int? {
        if word(place, is: "const") { return 5 }
        return word(place, is: "let") || word(place, is: "var") ? 3 : nil
    }

    /// The name of the function or class declared at `start`, which the main loop lexes afterwards.
    private mutating func readDeclaredName(
        _ start: UnsafePointer<UInt8>, isDefault: Bool
    ) throws(LexFailure) {
        var place = start
        if place < end, place.pointee == Ascii.at {
            // Expressions come before the class: its name is taken where its keyword is lexed.
            decoratedExport = isDefault ? .default : .named
            return
        }
        if word(place, is: "class") {
            place = try skipTrivia(place + 5)
            if word(place, is: "extends") { return }
        } else {
            if word(place, is: "async") {
                place = try skipTrivia(place + 5)
                if hasLineEnd(start, place) { return }
            }
            guard word(place, is: "function") else { return }
            place = try skipTrivia(place + 8)
            if place < end, place.pointee == Ascii.asterisk { place = try skipTrivia(place + 1) }
        }
        try recordDeclaration(at: place, isDefault: isDefault)
    }

    /// Takes the identifier at `place`, if there is one, as the name of an exported function or class.
    mutating func recordDeclaration(at place: UnsafePointer<UInt8>, isDefault: Bool) throws(LexFailure) {
        guard startsIdentifier(place) else { return }
        let kept = cursor
        cursor = place
        let name = try readIdentifier()
        cursor = kept
        if isDefault {
            let last = module.exports.count - 1
            module.exports[last].localName = name.value
            module.exports[last].localRange = name.range
        } else {
            try record(
                LexedExport(
                    name: name.value, range: name.range, localName: name.value, localRange: name.range))
        }
    }
}
