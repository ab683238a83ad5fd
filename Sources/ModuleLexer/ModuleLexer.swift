/// Finds what a JavaScript module imports, exports and accepts, without building a syntax tree.
///
/// One pass over UTF-8 bytes. What it tells apart (regular expression or division, block or object literal, keyword
/// or property name) follows from the tokens before and a stack of open brackets; it does not check grammar beyond
/// that. Source that ends in the middle of a token, or whose brackets do not match, is a ``LexError``; other syntax
/// errors go unnoticed, because the browser reports them anyway. Invalid UTF-8 is taken as identifier bytes.
///
/// A slash on a new line after `let a` starts a regular expression, as the automatic semicolon demands; after
/// `let a = 1, b`, with an initialiser before the last name, it is taken for a division.
///
/// Memory and depth are bounded by ``LexerLimits``; time is linear in the size of the source.
///
/// Not covered: HTML-like comments (modules forbid them), JSX, TypeScript, and whatever goes through a variable:
/// `const hot = import.meta.hot; hot.accept()`, `const Kind = Worker; new Kind('x')`.
package enum ModuleLexer {
    /// Lexes the bytes of one module.
    ///
    /// - Parameter source: The module's UTF-8 bytes; a byte-order mark and a hashbang line may come first.
    /// - Returns: What was found, in source order; all ranges are byte offsets into `source`.
    /// - Throws: ``LexError`` when the source is unfinished or broken so that tokens cannot be told apart.
    ///
    /// Runs on the caller's thread; time is linear in the size of `source`.
    package static func lex(_ source: UnsafeRawBufferPointer) throws(LexError) -> LexedModule {
        let bytes = source.assumingMemoryBound(to: UInt8.self)
        guard let base = bytes.baseAddress else { return LexedModule() }
        var lexer = Lexer(base: base, count: bytes.count)
        do throws(LexFailure) {
            try lexer.run()
        } catch {
            throw LexError(error, in: bytes)
        }
        return lexer.takeModule()
    }

    /// Lexes the bytes of one module held in an array.
    ///
    /// - Parameter source: The module's UTF-8 bytes.
    /// - Returns: What was found, in source order.
    /// - Throws: ``LexError`` when the source is unfinished or broken.
    package static func lex(_ source: [UInt8]) throws(LexError) -> LexedModule {
        try lex(source.span)
    }

    /// Lexes the bytes of one module seen through a span.
    ///
    /// - Parameter source: The module's UTF-8 bytes.
    /// - Returns: What was found, in source order.
    /// - Throws: ``LexError`` when the source is unfinished or broken.
    package static func lex(_ source: Span<UInt8>) throws(LexError) -> LexedModule {
        try source.withUnsafeBytes { (bytes) throws(LexError) -> LexedModule in try lex(bytes) }
    }
}
