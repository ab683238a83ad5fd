import Testing

@testable import ModuleLexer

@Suite("Specifiers, comments and the source as a whole")
struct SourceTests {
    static let specifiers = [
        LexCase("import './\\x61.mjs'", "static './\\x61.mjs' = ./a.mjs"),
        LexCase("import './\\u0061.mjs'", "static './\\u0061.mjs' = ./a.mjs"),
        LexCase("import './\\u{61}.mjs'", "static './\\u{61}.mjs' = ./a.mjs"),
        LexCase("import '\\u{1F600}'", "static '\\u{1F600}' = 😀"),
        LexCase("import '\\uD83D\\uDE00'", "static '\\uD83D\\uDE00' = 😀"),
        LexCase("import '\\uD83Da'", "static '\\uD83Da' = \u{FFFD}a"),
        LexCase("import '\\uDE00\\uD83D'", "static '\\uDE00\\uD83D' = \u{FFFD}\u{FFFD}"),
        LexCase("import '\\'\\\"\\\\'", "static '\\'\\\"\\\\' = '\"\\"),
        LexCase("import '\\n\\t\\r\\b\\f\\v\\0'", "static '\\n\\t\\r\\b\\f\\v\\0' = \n\t\r\u{8}\u{C}\u{B}\0"),
        LexCase("import '\\101\\377\\400'", "static '\\101\\377\\400' = A\u{FF}\u{20}0"),
        LexCase("import '\\8\\a\\-'", "static '\\8\\a\\-' = 8a-"),
        LexCase("import 'a\\\nb'", "static 'a\\\nb' = ab"),
        LexCase("import 'a\\\r\nb'", "static 'a\\\r\nb' = ab"),
        LexCase("import 'a\\\u{2028}b'", "static 'a\\\u{2028}b' = ab"),
        LexCase("import 'a\u{2028}b'", "static 'a\u{2028}b'"),
        LexCase("import './größe/文件.mjs'", "static './größe/文件.mjs'"),
        LexCase("import \"it's\"", "static \"it's\""),
        LexCase("import 'https://host/a.mjs?v=1#b'", "static 'https://host/a.mjs?v=1#b'"),
        LexCase("import('\\x61')", "dynamic '\\x61' = a"),
        LexCase(bytes: Array("import 'a".utf8) + [0xFF, 0x27], "static 'a\u{FFFD}'"),
    ]

    @Test(arguments: specifiers) func specifier(_ item: LexCase) throws { try item.check() }

    static let wholes = [
        LexCase(""),
        LexCase(" \t\r\n\u{B}\u{C}\u{A0}\u{FEFF}\u{2028}\u{3000}"),
        LexCase("\u{FEFF}import 'a'", "static 'a'"),
        LexCase("#!/usr/bin/env node\nimport 'a'", "static 'a'"),
        LexCase("#!import 'x'\r\nimport 'a'", "static 'a'"),
        LexCase("\u{FEFF}#!import 'x'\nimport 'a'", "static 'a'"),
        LexCase("// a 'quote\nimport 'a'", "static 'a'"),
        LexCase("// a\rimport 'a'", "static 'a'"),
        LexCase("// ends with\u{2028}import 'a'", "static 'a'"),
        LexCase("// not — with “these”\nimport 'a'", "static 'a'"),
        LexCase("/* a * / ** */import 'a'", "static 'a'"),
        LexCase("/**/import 'a'/***/", "static 'a'"),
        LexCase("/* a */ // b"),
        LexCase(
            "var a='import \"b\"',c=/[/]\"/.test(d)?e:{import:1};import(\"f\").then(g=>g.import(\"h\"))",
            "dynamic \"f\""),
        LexCase("!function(){var a=1;if(a)/'/.test(a)&&import('b')}();", "dynamic 'b'"),
        LexCase("a=b?{c:d?e:f}:/'/;import('g')", "dynamic 'g'"),
        LexCase("a=`b${c?`d${{e:`f`}}`:g}h`;import('i')", "dynamic 'i'"),
        LexCase("`a\\`b`;import('c')", "dynamic 'c'"),
        LexCase("`a\n'b`;import('c')", "dynamic 'c'"),
        LexCase("'a\\\nb';import('c')", "dynamic 'c'"),
        LexCase("{\"name\": \"json\", \"list\": [1, 2.5e-3, null]}"),
        LexCase("body { color: red }"),
        LexCase("const fs = require('fs'); module.exports = { import: 1 }"),
        LexCase("a = 1_000.5e-1_0; b = 0xAB_CD; c = 0b1; d = 0o7n; import('e')", "dynamic 'e'"),
        LexCase(
            "async x => {}; async function* f() { for await (const a of b) yield* c }\nimport 'a'",
            "static 'a'"),
        LexCase("a ||= b; a &&= c; a ??= d; a **= e; a >>>= f\nimport 'a'", "static 'a'"),
        LexCase("label: while (1) { if (a) continue label; break }\nimport 'a'", "static 'a'"),
        LexCase("get\nset\nstatic\nimport 'a'", "static 'a'"),
        LexCase("let async; async\nfunction f() {}\nimport 'a'", "static 'a'"),
        LexCase("const ünïcödé = 1, \\u0062 = 2, 变量 = 3\nimport 'a'", "static 'a'"),
        LexCase("if (a) { import('b') } else if (c) { import(d) }", "dynamic 'b'", "computed d"),
        LexCase("a?.b?.[c]?.(d)?.`e`\nimport 'f'", "static 'f'"),
        LexCase(bytes: [0xFF, 0xFE, 0x80, 0xC3, 0x28, 0x29]),
        LexCase(bytes: Array("a = ".utf8) + [0xE2, 0x80] + Array(";import 'a'".utf8), "static 'a'"),
        LexCase(bytes: Array("a = ".utf8) + [0xE2, 0x80] + Array("'; import \"a\"; '".utf8)),
        LexCase(bytes: Array("a = ".utf8) + [0xE2, 0x80] + Array("`;import'a'`".utf8)),
    ]

    @Test(arguments: wholes) func whole(_ item: LexCase) throws { try item.check() }

    @Test func hashbangAndSyntax() throws {
        #expect(try ModuleLexer.lex(Array("#!x".utf8)).hasHashbang)
        #expect(try !ModuleLexer.lex(Array("a #!x".utf8)).hasHashbang)
        for source in [
            "import 'a'", "export {}", "export default 1", "export let a", "import.meta", "export * from 'a'",
        ] {
            #expect(try ModuleLexer.lex(Array(source.utf8)).hasModuleSyntax, "\(source)")
        }
        for source in ["", "import('a')", "a.export", "x = { export: 1 }"] {
            #expect(try !ModuleLexer.lex(Array(source.utf8)).hasModuleSyntax, "\(source)")
        }
    }

    @Test func keywordOffset() throws {
        let found = try ModuleLexer.lex(
            Array("  import 'a'; export * from 'b'; f(import('c'), import.meta)".utf8))
        #expect(found.imports.map(\.keyword) == [2, 14, 35, 48])
    }

    static let maps: [(String, String?, String?)] = [
        ("a\n//# sourceMappingURL=a.js.map", "a.js.map", nil),
        ("a\n//# sourceMappingURL=a.js.map\r\n", "a.js.map", nil),
        ("a\n//@ sourceMappingURL=a.js.map\n", "a.js.map", nil),
        ("a\n//#\tsourceMappingURL= a.js.map \n", "a.js.map", nil),
        ("a /*# sourceMappingURL=a.js.map */", "a.js.map", nil),
        ("//# sourceMappingURL=a\n//# sourceMappingURL=b", "b", nil),
        ("//# sourceMappingURL=data:application/json;base64,e30=", "data:application/json;base64,e30=", nil),
        ("//# sourceURL=a.js\n//# sourceMappingURL=b", "b", "a.js"),
        ("import 'a' //# sourceMappingURL=b", "b", nil),
        ("// # sourceMappingURL=a", nil, nil),
        ("//#sourceMappingURL=a", nil, nil),
        ("//# sourceMappingURL=", nil, nil),
        ("//# sourceMappingURL=a b", nil, nil),
        ("//# sourceMappingURL=a'b", nil, nil),
        ("'//# sourceMappingURL=a'", nil, nil),
        ("`\n//# sourceMappingURL=a\n`", nil, nil),
        ("/*#*/ //#", nil, nil),
    ]

    @Test(arguments: maps) func sourceMap(_ source: String, _ map: String?, _ url: String?) throws {
        let bytes = Array(source.utf8)
        let found = try ModuleLexer.lex(bytes)
        #expect(found.sourceMappingURL.map { String(decoding: bytes[$0], as: UTF8.self) } == map)
        #expect(found.sourceURL.map { String(decoding: bytes[$0], as: UTF8.self) } == url)
    }

    @Test func entryPointsAgree() throws {
        let bytes = Array("import 'a'".utf8)
        let expected = try ModuleLexer.lex(bytes)
        #expect(try ModuleLexer.lex(bytes.span) == expected)
        #expect(try bytes.withUnsafeBytes { try ModuleLexer.lex($0) } == expected)
        #expect(try ModuleLexer.lex(UnsafeRawBufferPointer(start: nil, count: 0)) == LexedModule())
    }

    @Test func keywordValues() {
        for keyword in Keyword.allCases {
            // Padded on both sides of the eight bytes that are read at once.
            for padding in [0, 16] {
                let name = Array("\(keyword)".utf8)
                let bytes = name + Array(repeating: UInt8(ascii: " "), count: padding)
                let found = bytes.withUnsafeBufferPointer {
                    Keyword(at: $0.baseAddress!, count: name.count, end: $0.baseAddress! + $0.count)
                }
                #expect(found == keyword, "\(keyword)")
            }
        }
    }
}
