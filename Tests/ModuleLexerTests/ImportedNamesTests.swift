import Testing

@testable import ModuleLexer

@Suite("Imported names")
struct ImportedNamesTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let source: String
        let expected: [LexedImport.Names]
        var testDescription: String { source }

        init(_ source: String, _ expected: LexedImport.Names...) {
            self.source = source
            self.expected = expected
        }
    }

    static let cases = [
        Case("import './a'", .only([])),
        Case("import {} from 'a'", .only([])),
        Case("import a from 'a'", .only(["default"])),
        Case("import from from 'a'", .only(["default"])),
        Case("import defer from 'a'", .only(["default"])),
        Case("import a, { b } from 'a'", .only(["default", "b"])),
        Case("import { a, b as c, } from 'a'", .only(["a", "b"])),
        Case("import { default as a } from 'a'", .only(["default"])),
        Case("import { as as as, from as as } from 'a'", .only(["as", "from"])),
        Case("import { as, x } from 'a'", .only(["as", "x"])),
        Case("import{a}from'a'", .only(["a"])),
        Case("import { 'string name' as a, '\\u{61}b' as c } from 'a'", .only(["string name", "ab"])),
        Case("import { \\u{61}b, größe } from 'a'", .only(["ab", "größe"])),
        Case("import { a /* , x */ as // y\n b } from 'a'", .only(["a"])),
        Case("import * as a from 'a'", .all),
        Case("import a, * as b from 'a'", .all),
        Case("import defer * as a from 'a'", .all),
        Case("import source a from 'a'", .all),
        Case("import('a')", .all),
        Case("import(a)", .only([])),
        Case("import.meta.url", .only([])),
        Case("export { a, b as c, default } from 'a'", .only(["a", "b", "default"])),
        Case("export { 'x y' as 'z' } from 'a'", .only(["x y"])),
        Case("export {} from 'a'", .only([])),
        Case("export * from 'a'", .all),
        Case("export * as ns from 'a'", .all),
        Case("import { a } from 'a'; export { b } from 'b'", .only(["a"]), .only(["b"])),
    ]

    @Test(arguments: cases) func names(_ item: Case) throws {
        #expect(try ModuleLexer.lex(Array(item.source.utf8)).imports.map(\.names) == item.expected)
    }

    @Test("a malformed escape in a name is an error with its place")
    func malformed() {
        let source = Array("import { '\\xZZ' as a } from 'a'".utf8)
        #expect(throws: LexError.self) { try ModuleLexer.lex(source) }
    }

    @Test("beyond the limit an import counts as one of everything, and memory stays bounded")
    func limit() throws {
        let many = Array(repeating: "a", count: LexerLimits.importedNames).joined(separator: ",")
        let found = try ModuleLexer.lex(
            Array("import {\(many)} from 'a'; import { b } from 'b'; export { c } from 'c'; import 'd'".utf8))
        guard case .only(let names) = found.imports[0].names else {
            Issue.record("the first import is within the limit")
            return
        }
        #expect(names.count == LexerLimits.importedNames)
        #expect(found.imports[1...].map(\.names) == [.all, .all, .only([])])
    }
}
