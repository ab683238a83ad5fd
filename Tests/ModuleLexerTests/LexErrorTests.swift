import Testing

@testable import ModuleLexer

@Suite("Errors and limits")
struct LexErrorTests {
    static let cases: [(source: String, code: LexError.Code, offset: Int, line: Int, column: Int)] = [
        ("import 'a", .unterminatedString, 7, 1, 8),
        ("a\n  'b\nc'", .unterminatedString, 4, 2, 3),
        ("a\r\n'b\\", .unterminatedString, 3, 2, 1),
        ("import { a } from \"b", .unterminatedString, 18, 1, 19),
        ("é😀 'b", .unterminatedString, 7, 1, 5),
        ("\u{2028}'b", .unterminatedString, 3, 2, 1),
        ("a\r'b", .unterminatedString, 2, 2, 1),
        ("`a", .unterminatedTemplate, 0, 1, 1),
        ("`a${b}c", .unterminatedTemplate, 0, 1, 1),
        ("`a\\", .unterminatedTemplate, 0, 1, 1),
        ("`a$", .unterminatedTemplate, 0, 1, 1),
        ("x = /a\n/", .unterminatedRegularExpression, 4, 1, 5),
        ("x = /[/]", .unterminatedRegularExpression, 4, 1, 5),
        ("x = /a\\", .unterminatedRegularExpression, 4, 1, 5),
        ("x = /a\\\n/", .unterminatedRegularExpression, 4, 1, 5),
        ("x = /a\u{2029}/", .unterminatedRegularExpression, 4, 1, 5),
        ("<p>text</p>", .unterminatedRegularExpression, 8, 1, 9),
        ("/", .unterminatedRegularExpression, 0, 1, 1),
        ("a\n/* b", .unterminatedComment, 2, 2, 1),
        ("/*/", .unterminatedComment, 0, 1, 1),
        ("import /* a", .unterminatedComment, 7, 1, 8),
        ("{", .unclosedBracket, 0, 1, 1),
        ("f(a", .unclosedBracket, 1, 1, 2),
        ("[a", .unclosedBracket, 0, 1, 1),
        ("`${a", .unclosedBracket, 0, 1, 1),
        ("x = { a: {}", .unclosedBracket, 4, 1, 5),
        ("class A", .unclosedBracket, 0, 1, 1),
        ("import('a'", .unclosedBracket, 6, 1, 7),
        ("}", .unexpectedBracket, 0, 1, 1),
        (")", .unexpectedBracket, 0, 1, 1),
        ("]", .unexpectedBracket, 0, 1, 1),
        ("(]", .unexpectedBracket, 1, 1, 2),
        ("{)", .unexpectedBracket, 1, 1, 2),
        ("[}", .unexpectedBracket, 1, 1, 2),
        ("`${)}`", .unexpectedBracket, 3, 1, 4),
        ("(class A)", .unexpectedBracket, 8, 1, 9),
        ("import", .malformedImport, 0, 1, 1),
        ("import a", .malformedImport, 0, 1, 1),
        ("import a from", .malformedImport, 0, 1, 1),
        ("import a from b", .malformedImport, 0, 1, 1),
        ("import a b from 'c'", .malformedImport, 0, 1, 1),
        ("import { a from 'b'", .malformedImport, 0, 1, 1),
        ("import { a + b } from 'c'", .malformedImport, 0, 1, 1),
        ("import * from 'a'", .malformedImport, 0, 1, 1),
        ("import * as from", .malformedImport, 0, 1, 1),
        ("import 1", .malformedImport, 0, 1, 1),
        ("import `a`", .malformedImport, 0, 1, 1),
        ("import 'a' with { type: json }", .malformedImport, 0, 1, 1),
        ("import 'a' with { type }", .malformedImport, 0, 1, 1),
        ("import 'a' with { type: 'b'", .malformedImport, 0, 1, 1),
        ("export", .malformedExport, 0, 1, 1),
        ("export *", .malformedExport, 0, 1, 1),
        ("export * as 1 from 'a'", .malformedExport, 0, 1, 1),
        ("export * from a", .malformedExport, 0, 1, 1),
        ("export { a", .malformedExport, 0, 1, 1),
        ("export { a } from b", .malformedExport, 0, 1, 1),
        ("export 'a'", .malformedExport, 0, 1, 1),
        ("export { a b }", .malformedExport, 0, 1, 1),
        ("export { a as }", .malformedExport, 0, 1, 1),
        ("export { a }\nfrom; b", .malformedExport, 0, 1, 1),
        ("export { a", .malformedExport, 0, 1, 1),
        ("export const { a", .unclosedBracket, 13, 1, 14),
        ("export const { a ]", .unexpectedBracket, 17, 1, 18),
        ("export { a as '\\xZZ' }", .malformedEscape, 15, 1, 16),
        ("export let \\u{}", .malformedEscape, 11, 1, 12),
        ("import.meta.hot.accept('a", .unterminatedString, 23, 1, 24),
        ("new Worker('a", .unterminatedString, 11, 1, 12),
        ("import 'a\\xZZ'", .malformedEscape, 9, 1, 10),
        ("import '\\u12'", .malformedEscape, 8, 1, 9),
        ("import '\\u{}'", .malformedEscape, 8, 1, 9),
        ("import '\\u{110000}'", .malformedEscape, 8, 1, 9),
        ("import '\\u{1'", .malformedEscape, 8, 1, 9),
        ("import('\\x')", .malformedEscape, 8, 1, 9),
    ]

    @Test(arguments: cases)
    func error(_ source: String, _ code: LexError.Code, _ offset: Int, _ line: Int, _ column: Int) throws {
        let error = try #require(throws: LexError.self) { try ModuleLexer.lex(Array(source.utf8)) }
        #expect(error.code == code)
        #expect(error.offset == offset)
        #expect(error.line == line)
        #expect(error.column == column)
        #expect(error.message.hasPrefix("line \(line), column \(column): "))
    }

    @Test(arguments: ["(", "[", "{", "x={a:", "`${", "class A extends ", "f(import("])
    func nesting(_ opening: String) throws {
        let perOpening = opening.utf8.count { "([{".utf8.contains($0) } + (opening.hasPrefix("class") ? 1 : 0)
        let deep = String(repeating: opening, count: LexerLimits.nesting / perOpening + 1)
        let error = try #require(throws: LexError.self) { try ModuleLexer.lex(Array(deep.utf8)) }
        #expect(error.code == .nestedTooDeeply)
        let allowed = String(repeating: opening, count: LexerLimits.nesting / perOpening)
        let end = try #require(throws: LexError.self) { try ModuleLexer.lex(Array(allowed.utf8)) }
        #expect(end.code != .nestedTooDeeply)
    }

    /// Every kind of finding is bounded, and costs what ``LexerLimits`` says.
    @Test(arguments: [
        ("export{", "a,", "}"), ("", "import.meta;", ""), ("", "new Worker('a');", ""),
        ("export let a", ",a", ""), ("import.meta.hot.accept([", "'',", "])"), ("", "export*from'';", ""),
    ])
    func findings(_ head: String, _ piece: String, _ tail: String) throws {
        func source(_ count: Int) -> [UInt8] {
            Array((head + String(repeating: piece, count: count) + tail).utf8)
        }
        let allowed = LexerLimits.findings - (head.hasPrefix("export let") ? 1 : 0)
        _ = try ModuleLexer.lex(source(allowed))
        let error = try #require(throws: LexError.self) { try ModuleLexer.lex(source(allowed + 1)) }
        #expect(error.code == .tooManyFindings)
    }

    @Test func memory() {
        #expect(MemoryLayout<Frame>.stride == 24)
        #expect(MemoryLayout<LexedImport>.stride <= 128)
        #expect(MemoryLayout<LexedExport>.stride <= 128)
        #expect(MemoryLayout<LexedHotAccept>.stride <= 128)
        #expect(MemoryLayout<LexedAsset>.stride <= 128)
    }

    @Test func nestingWithinTheLimit() throws {
        let count = LexerLimits.nesting
        let source = String(repeating: "(", count: count) + "a" + String(repeating: ")", count: count)
        #expect(try ModuleLexer.lex(Array(source.utf8)).imports.isEmpty)
    }
}
