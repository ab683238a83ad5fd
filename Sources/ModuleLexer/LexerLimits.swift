/// The lexer's only limits.
///
/// Apart from what they allow, a lexer's memory is what the found names and specifiers take, which is less than the
/// source. There is no recursion, so the thread's stack does not matter.
package enum LexerLimits {
    /// How many brackets, template substitutions and class heads may be open at once.
    ///
    /// Each costs 24 bytes, so the stack never takes more than 1.5 MiB. Browsers give up far earlier.
    package static let nesting = 65_536
    /// How many imports, exports, hot accepts, literals of one such call, and assets a module may have, each.
    ///
    /// Each costs at most 128 bytes, so one kind never takes more than 32 MiB.
    package static let findings = 262_144
    /// How many imported names are kept of one module; the imports beyond count as imports of everything.
    ///
    /// Each costs at most 16 bytes besides its text.
    package static let importedNames = 65_536
}
