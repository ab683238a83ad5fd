/// The lexer's only limits.
package enum LexerLimits {
    /// How many brackets, template substitutions and class heads may be open at once.
    ///
    /// Each costs 24 bytes, so the stack never takes more than 1.5 MiB. Browsers give up far earlier.
    package static let nesting = 65_536
}
