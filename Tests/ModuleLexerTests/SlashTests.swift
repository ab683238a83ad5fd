import Testing

@testable import ModuleLexer

/// A quote inside a regular expression makes the rest a string if the slash is taken for a division, and an import
/// between two slashes disappears if a division is taken for a regular expression.
@Suite("Regular expression or division")
struct SlashTests {
    static let regularExpressions = [
        "/'/", "x = /'/", "x = /[/']/", "x = /\\/'/", "x = /[\\]/']/", "x = /'/gimsuy", "x = /=/ + /'/",
        "f(/'/)", "f(a, /'/)", "[/'/]", "[a, /'/]", "({ a: /'/ })", "x = { a: /'/, b: /'/ }", "!/'/", "~/'/",
        "a && /'/", "a || /'/", "a ?? /'/", "a ? /'/ : /'/", "a + /'/", "a - /'/", "a * /'/", "a % /'/",
        "a < /'/", "a > /'/", "a == /'/", "a\n;/'/", "a = b ? c : /'/", "x => /'/", "`${/'/}`",
        "return /'/", "return\n/'/", "typeof /'/", "void /'/", "delete /'/", "throw /'/", "new /'/",
        "a in /'/", "a instanceof /'/", "await /'/", "yield /'/", "do /'/.b\nwhile (a)", "if (a) {} else /'/",
        "case /'/:", "a: /'/", "if (a) /'/", "while (a) /'/", "for (;;) /'/", "for (;;/'/) b", "with (a) /'/",
        "for (a of /'/) b", "for (const a of /'/) b", "for await (a of /'/) b", "for (a in /'/) b",
        "if (a) {} /'/", "{} /'/", "{ a } /'/", ";{} /'/", "a\n{} /'/", "function f() {} /'/",
        "async function f() {} /'/", "function* f() {} /'/", "a\nfunction f() {} /'/",
        "a\nasync function f() {} /'/", "class A {} /'/", "a\nclass A {} /'/", "class A extends B {} /'/",
        "x = () => {}\n/'/", "async () => {}\n/'/", "try {} /'/", "try {} catch {} /'/",
        "try {} catch (a) {} /'/", "try {} finally {} /'/", "switch (a) {} /'/",
        "switch (a) { case 1: {} /'/ }", "do {} while (a) /'/", "do a; while (b) /'/", "a: {} /'/",
        "label: for (;;) { break label\n/'/ }", "for (;;) { continue\n/'/ }", "debugger\n/'/",
        "if (a) function f() {} /'/", "if (a) { b ? c : {} } /'/", "++/'/.a", "a\n++/'/.b", "- /'/",
        "class A { static {} }\n/'/", "class A { f() {} }\n/'/", "class A { a = /'/; b = /'/ }",
        "class A { static { /'/ } f() { /'/ } }", "x = { f() { /'/ }, g: () => { /'/ } }",
        "({})\n;/'/", "'use strict'; /'/", "...\n/'/", "function f(a = /'/) {}",
        "(a, b) => { /'/ }", "x = function () { /'/ }", "a.if(b)\n;/'/", "a /* c */ = /* d */ /'/",
        "for (let of = 1;;) /'/", "for (of of of) /'/",
        // A declaration without initialiser is complete where a new line comes before the slash.
        "let a\n/'/", "var a\n/'/", "let a, b\n/'/", "var a /* c */ , // d\n b // e\n /'/",
        "let \\u0061\n/'/",
        "export let a\n/'/", "export var a = 1, b\n/'/", "if (a) { let b\n/'/ }",
        // Class fields, private names, static blocks.
        "class A { #a = /'/; static #b = /'/\n c = /'/ }", "class A { 'a' = /'/; 1 = /'/; [b] = /'/ }",
        "class A { a\n #b\n static\n c = /'/ }", "class A { get\n a = /'/ }", "#a in b\n;/'/",
        "class A { static async *a() { /'/ } }", "class A { get a() { /'/ } set a(b) { /'/ } }",
        "class A extends (B, C) {} /'/", "class A extends B.C {} /'/", "class A extends class {} {} /'/",
        "class A extends f() { a = /'/ }",
    ]

    @Test(arguments: regularExpressions) func regularExpression(_ source: String) throws {
        try LexCase(source + "\n;import('found')", "dynamic 'found'").check()
    }

    static let divisions = [
        "a", "1", "1n", "0x1f", "1e3", ".5", "1.", "1_000", "'s'", "`t`", "`${a}`", "/r/g", "this", "super",
        "null",
        "true", "(a)", "f(a)", "[a]", "a[b]", "a.b", "a?.b", "a.#b", "a.if", "a.return", "a.typeof",
        "a?.return",
        "a.if(b)", "a.while(b)", "a.for(b)", "a++", "a--", "x = {}", "x = { a }", "x = { a: 1 }", "({})",
        "x = function () {}", "x = function f(a) {}", "(function () {})", "x = async function () {}",
        "x = function* () {}", "x = class {}", "x = class A {}", "x = class extends B {}",
        "x = class A extends B {}",
        "x = class { f() {} }", "x = a ? {} : {}", "f({})", "[{}]", "`${{}}`", "import.meta", "import('b')",
        "new.target", "new A", "new class {}", "$", "_", "é", "\\u0061", "get", "set", "of", "async", "from",
        "static",
        "x = { if: 1 }", "x = { return() {} }", "return {}", "return function () {}",
        "a = b + function () {}",
        "x = [function () {}]\nb", "a\n", "a /* c */", "(a)\n", "[]", "i++ + j",
        "typeof function () {}", "void class {}", "!function () {}()", "a = {}\n", "async(a)", "yielded",
        "awaits",
        "x = async () => (a)", "x = y => z", "x.import('a')",
        "let a = b\n", "let a = b, c = d\n", "let [a] = b\n", "x = a.#b", "x = a?.#b",
        "x = #a in b", "a?.[b]",
        "a?.(b)", "a?.b.c", "1_0.0_1e1_0", "0b1_0", "0O17n", "017", "089.5", "1..a", "0.0.a",
        "class A { a = 1; b = a",
        "class A { a = this.#b", "class A { static { a",
    ]

    @Test(arguments: divisions) func division(_ source: String) throws {
        // Some sources leave classes open.
        let close = String(repeating: "}", count: source.count { $0 == "{" } - source.count { $0 == "}" })
        let found = try ModuleLexer.lex(Array((source + " / import('found') / 2" + close).utf8)).imports
        #expect(found.last?.specifier == "found")
    }
}
