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
        position = .statement
        if next.pointee == Ascii.asterisk {
            cursor = try skipTrivia(next + 1)
            if word(cursor, is: "as") {
                cursor = try skipTrivia(cursor + 2)
                try skipExportName(start)
            }
            guard word(cursor, is: "from") else { throw failure(.malformedExport, at: start) }
            cursor = try skipTrivia(cursor + 4)
            try lexSpecifier(.reExport, start, .evaluation)
        } else if next.pointee == Ascii.openBrace {
            cursor = next
            try skipNames(start, .malformedExport)
            guard word(cursor, is: "from") else {
                module.hasModuleSyntax = true
                return
            }
            cursor = try skipTrivia(cursor + 4)
            try lexSpecifier(.reExport, start, .evaluation)
        } else if word(next, is: "default") {
            cursor = next + 7
            position = .exportDefault
            module.hasModuleSyntax = true
        } else if startsIdentifier(next) || next.pointee == Ascii.at {
            // A declaration, which the main loop takes from here.
            module.hasModuleSyntax = true
        } else {
            throw failure(.malformedExport, at: start)
        }
    }

    /// The name after `export * as`, an identifier or a string.
    private mutating func skipExportName(_ start: UnsafePointer<UInt8>) throws(LexFailure) {
        if ahead(0, Ascii.singleQuote) || ahead(0, Ascii.doubleQuote) {
            cursor = try stringEnd(cursor).place
        } else if startsIdentifier(cursor) {
            _ = skipIdentifier()
        } else {
            throw failure(.malformedExport, at: start)
        }
        cursor = try skipTrivia(cursor)
    }
}
