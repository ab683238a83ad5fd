/// Keeps what is found within ``LexerLimits/findings``.
extension Lexer {
    mutating func record(_ found: LexedImport) throws(LexFailure) {
        try checkCount(module.imports.count, at: found.keyword)
        module.imports.append(found)
    }

    mutating func record(_ found: LexedExport) throws(LexFailure) {
        try checkCount(module.exports.count, at: found.range.lowerBound)
        module.exports.append(found)
    }

    mutating func record(_ found: LexedHotAccept) throws(LexFailure) {
        try checkCount(module.hotAccepts.count, at: found.keyword)
        module.hotAccepts.append(found)
    }

    mutating func record(_ found: LexedAsset) throws(LexFailure) {
        try checkCount(module.assets.count, at: found.keyword)
        module.assets.append(found)
    }

    @inline(__always) func checkCount(_ count: Int, at offset: Int) throws(LexFailure) {
        guard count < LexerLimits.findings else { throw LexFailure(code: .tooManyFindings, offset: offset) }
    }
}
