import ModuleLexer

/// What must hold for whatever the lexer is given; shared by the unit tests and the fuzz target.
enum LexerInvariants {
    /// Lexes `source`.
    ///
    /// - Returns: What is wrong with the findings or the error; empty if nothing is.
    static func violations(of source: [UInt8]) -> [String] {
        do throws(LexError) {
            var check = Check(source: source, found: try ModuleLexer.lex(source))
            check.run()
            return check.violations
        } catch {
            let isInside = (0...source.count).contains(error.offset)
            return isInside && error.line >= 1 && error.column >= 1
                ? [] : ["error outside the source: \(error)"]
        }
    }
}

private struct Check {
    let source: [UInt8]
    let found: LexedModule
    var violations: [String] = []

    mutating func run() {
        ascend("imports", found.imports.map(\.keyword))
        ascend("exports", found.exports.map(\.range.lowerBound))
        ascend("hot accepts", found.hotAccepts.map(\.keyword))
        ascend("assets", found.assets.map(\.keyword))
        found.imports.forEach { check($0) }
        found.exports.forEach { check($0) }
        found.hotAccepts.forEach { check($0) }
        found.assets.forEach { check($0) }
        for url in [found.sourceMappingURL, found.sourceURL] where url != nil { inside("URL", url!) }
    }

    private mutating func expect(_ holds: Bool, _ what: String) {
        if !holds { violations.append(what) }
    }

    private mutating func ascend(_ what: String, _ offsets: [Int]) {
        expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0 < $1 }, "\(what) out of order: \(offsets)")
    }

    private mutating func inside(_ what: String, _ range: Range<Int>) {
        expect(
            !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= source.count, "\(what) at \(range)"
        )
    }

    private mutating func keyword(_ word: String, at offset: Int) {
        expect(
            source.indices.contains(offset) && source[offset...].starts(with: word.utf8),
            "no \(word) at \(offset)")
    }

    /// The value decoded from `range` alone, put between `before` and `after`, is the same.
    private mutating func decodes(
        _ value: String, _ range: Range<Int>, _ before: String, _ after: String,
        _ read: (LexedModule) -> String?
    ) {
        inside("literal", range)
        guard range.upperBound <= source.count else { return }
        let alone = Array(before.utf8) + source[range] + Array(after.utf8)
        let again = (try? ModuleLexer.lex(alone)).flatMap(read)
        expect(again == value, "\(value.debugDescription) at \(range) decodes to \(again.debugDescription)")
    }

    private mutating func specifier(_ value: String, _ range: Range<Int>) {
        decodes(value, range, "import(", ")") { $0.imports.first?.specifier }
    }

    private mutating func check(_ item: LexedImport) {
        keyword(item.kind == .reExport ? "export" : "import", at: item.keyword)
        inside("import", item.range)
        expect(item.range.lowerBound >= item.keyword, "import at \(item.keyword) replaces \(item.range)")
        expect(!item.isStar || item.kind == .reExport, "a star at \(item.keyword) that re-exports nothing")
        switch item.kind {
        case .staticImport, .reExport, .dynamicImport: specifier(item.specifier ?? "none", item.range)
        case .dynamicComputed, .importMeta: expect(item.specifier == nil, "specifier of \(item)")
        }
    }

    private mutating func check(_ item: LexedExport) {
        decodes(item.name, item.range, "export{a as ", "}") { $0.exports.first?.name }
        if let local = item.localName, let range = item.localRange {
            decodes(local, range, "export{", " as a}") { $0.exports.first?.localName }
        } else {
            expect(item.localName == nil && item.localRange == nil, "half a local name: \(item)")
        }
        if let index = item.importIndex {
            expect(item.localName == nil, "a re-export with a binding: \(item)")
            expect(
                found.imports.indices.contains(index) && found.imports[index].kind == .reExport
                    && found.imports[index].keyword < item.range.lowerBound, "re-export from nowhere: \(item)"
            )
        }
    }

    private mutating func check(_ item: LexedHotAccept) {
        expect(found.usesHot, "accept without hot")
        expect(
            found.imports.contains { $0.keyword == item.keyword && $0.kind == .importMeta(.other) },
            "accept without import.meta: \(item)")
        expect(item.kind != .own || (item.literals.isEmpty && item.isComplete), "own with literals: \(item)")
        ascend("literals", item.literals.map(\.range.lowerBound))
        for literal in item.literals { specifier(literal.value, literal.range) }
    }

    private mutating func check(_ item: LexedAsset) {
        keyword("new", at: item.keyword)
        specifier(item.specifier.value, item.specifier.range)
        expect(item.kind != .url || (item.isRelativeToModule && !item.isModuleWorker), "odd URL: \(item)")
    }
}
