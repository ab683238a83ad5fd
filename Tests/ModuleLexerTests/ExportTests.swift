import Testing

@testable import ModuleLexer

/// One source and the names it exports, written as `exported < local` (a re-export: `exported << imported @import`),
/// with what their ranges hold where that differs from the names.
struct ExportCase: CustomTestStringConvertible, Sendable {
    let source: String
    let expected: [String]
    var testDescription: String { source.debugDescription }

    init(_ source: String, _ expected: String...) {
        self.source = source
        self.expected = expected
    }

    func check() throws {
        let bytes = Array(source.utf8)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let found = try ModuleLexer.lex(bytes).exports.map { item in
            var line = item.name
            if text(item.range) != item.name { line += " [\(text(item.range))]" }
            if let local = item.localName {
                line += " < \(local)"
                let written = item.localRange.map(text)
                if written != local { line += " [\(written ?? "nowhere")]" }
            }
            if let index = item.importIndex {
                line += " << \(item.importedName ?? "*") @\(index)"
            }
            return line
        }
        #expect(found == expected)
    }
}

@Suite("Exported names")
struct ExportTests {
    static let lists = [
        ExportCase("export {}"),
        ExportCase("export { a }", "a < a"),
        ExportCase("export { a, b as c, }", "a < a", "c < b"),
        ExportCase("export{a as default}", "default < a"),
        ExportCase("export { a as 'x y' }", "x y ['x y'] < a"),
        ExportCase("export { a as \"\\x78\\u{79}\" }", "xy [\"\\x78\\u{79}\"] < a"),
        ExportCase("export { as }", "as < as"),
        ExportCase("export { as as as }", "as < as"),
        ExportCase("export { a as as, as as b }", "as < a", "b < as"),
        ExportCase("export { a as if, b as import }", "if < a", "import < b"),
        ExportCase("export { \\u0061 as größe }", "größe < a [\\u0061]"),
        ExportCase("export /**/ { // c\n a /* , */ as /* as */ b }\nexport { c }", "b < a", "c < c"),
        ExportCase("export { a }\nfromage; export { b }", "a < a", "b < b"),
        ExportCase("export { a } from 'x'", "a << a @0"),
        ExportCase(
            "import 'w'; export { a as b, default, default as c, 'x y' as d, e as 'f g' } from 'x'",
            "b << a @1", "default << default @1", "c << default @1", "d << x y @1", "f g ['f g'] << e @1"),
        ExportCase("export { a as default } from 'x'", "default << a @0"),
        ExportCase("export * as ns from 'x'", "ns << * @0"),
        ExportCase("export * as default from 'x'", "default << * @0"),
        ExportCase("export * as 'x y' from 'x'", "x y ['x y'] << * @0"),
        ExportCase("export * from 'x'"),
        ExportCase("import('a'); export * from 'b'; export { c } from 'd'", "c << c @2"),
    ]

    @Test(arguments: lists) func list(_ item: ExportCase) throws { try item.check() }

    static let declarations = [
        ExportCase("export function f() {}", "f < f"),
        ExportCase("export function* f() {}", "f < f"),
        ExportCase("export async function f() {}", "f < f"),
        ExportCase("export async function * f() {}", "f < f"),
        ExportCase("export/**/async/**/function/**/*/**/f/**/() {}", "f < f"),
        ExportCase("export function async() {}", "async < async"),
        ExportCase("export class A {}", "A < A"),
        ExportCase("export class A extends B {}", "A < A"),
        ExportCase("export class $ { static { class C {} } }", "$ < $"),
        ExportCase("export @d class A {}", "A < A"),
        ExportCase("export @d(class B {}) @e.f /* c */ class A extends class C {} {}", "A < A"),
        ExportCase("@d export class A {}", "A < A"),
        ExportCase("export class A {} class B {}", "A < A"),
        ExportCase("export default function f() {}", "default < f"),
        ExportCase("export default function () {}", "default"),
        ExportCase("export default function* f() {}", "default < f"),
        ExportCase("export default async function f() {}", "default < f"),
        ExportCase("export default async function* () {}", "default"),
        ExportCase("export default async\nfunction f() {}", "default"),
        ExportCase("export default async f => g", "default"),
        ExportCase("export default class A {}", "default < A"),
        ExportCase("export default class {}", "default"),
        ExportCase("export default class extends A {}", "default"),
        ExportCase("export default class A extends B {}", "default < A"),
        ExportCase("export default @d class A {}", "default < A"),
        ExportCase("export default @d class {}\nclass B {}", "default"),
        ExportCase("export default (class A {})", "default"),
        ExportCase("export default a", "default"),
        ExportCase("export default { a, b }", "default"),
        ExportCase("export default a, b", "default"),
        ExportCase("export default\n// c\n[a, b]", "default"),
        ExportCase("x.export = { default: 1 }; f(export)"),
    ]

    @Test(arguments: declarations) func declaration(_ item: ExportCase) throws { try item.check() }

    static let bindings = [
        ExportCase("export let a", "a < a"),
        ExportCase("export const a = 1, b = 2, c = 3", "a < a", "b < b", "c < c"),
        ExportCase("export var a, b\n, c", "a < a", "b < b", "c < c"),
        ExportCase("export/**/const/**/a/**/=/**/1/**/,/**/b/**/=/**/2", "a < a", "b < b"),
        ExportCase("export const a = (b, c), d = [e, f], g = { h, i }", "a < a", "d < d", "g < g"),
        ExportCase("export const a = b ? c : d, e = `${f, g}`, h = i", "a < a", "e < e", "h < h"),
        ExportCase(
            "export const { a, b: [c = 1, ...d], ...e } = f", "a < a", "c < c", "d < d", "e < e"),
        ExportCase("export const {} = a, [] = b, c = d", "c < c"),
        ExportCase("export const { a: { b: { c } }, d } = e", "c < c", "d < d"),
        ExportCase(
            "export const [a, , [b], { c }, ...[d, e]] = f", "a < a", "b < b", "c < c", "d < d", "e < e"),
        ExportCase("export const [, a] = b, [[[c]]] = d", "a < a", "c < c"),
        ExportCase("export const { a = b, c: d = e, f } = g", "a < a", "d < d", "f < f"),
        ExportCase("export const { a = { b, c: [d] }, e = [f, g] } = h", "a < a", "e < e"),
        ExportCase(
            "export const { 'a': b, 1: c, [d]: e, [f]: { g }, 0x2: [h] } = i", "b < b", "c < c", "e < e",
            "g < g", "h < h"),
        ExportCase("export const { [a ? b : c]: d, [{ e: f }]: g } = h", "d < d", "g < g"),
        ExportCase("export const { a = b ? c : d, e: f = g ? h : i, j } = k", "a < a", "f < f", "j < j"),
        ExportCase(
            "export const { if: a, default: b, get, set, async: c } = d", "a < a", "b < b", "get < get",
            "set < set", "c < c"),
        ExportCase("export const { a = () => { b, c }, d } = e, f = g", "a < a", "d < d", "f < f"),
        ExportCase("export const [a = () => {}, b] = c", "a < a", "b < b"),
        ExportCase("export const a = () => {}, b = () => {}", "a < a", "b < b"),
        ExportCase(
            "export const a = x => x, b = async x => x, c = async (x, y) => x, d = async () => {}, e = 1",
            "a < a", "b < b", "c < c", "d < d", "e < e"),
        ExportCase(
            "export const a = function () {}, b = async function* f(x, y) {}, c = class A {}, d = 1", "a < a",
            "b < b", "c < c", "d < d"),
        ExportCase(
            "export const a = b in c, d = e instanceof f, g = typeof h, i = new J, k = new L(m, n)", "a < a",
            "d < d", "g < g", "i < i", "k < k"),
        ExportCase(
            "export const a = b\n(c), d = e\n[f, g], h = i\n`j`, k = l\n/ m / n, o = p", "a < a", "d < d",
            "h < h", "k < k", "o < o"),
        ExportCase(
            "export const a = 1_000, b = .5, c = /,/, d = ',', e = a?.b, f = a ?? b", "a < a", "b < b",
            "c < c", "d < d", "e < e", "f < f"),
        ExportCase(
            "export const größe = 1, \\u0061b = 2, $ = 3, _ = 4", "größe < größe",
            "ab [\\u0061b] < ab [\\u0061b]", "$ < $", "_ < _"),
        ExportCase("export let async = 1, of = 2, let_ = 3", "async < async", "of < of", "let_ < let_"),
        ExportCase(
            "export const a = import('b'), c = import.meta.url, d = await e", "a < a", "c < c", "d < d"),
        ExportCase("export const a = 1; b, c", "a < a"),
    ]

    @Test(arguments: bindings) func binding(_ item: ExportCase) throws { try item.check() }

    /// What follows a declaration that a new line ends, without a semicolon.
    static let insertedSemicolons = [
        "b, c", "b(), c()", "B, c", "1, c", "'b', c", "++b, c", "--b, c", "let b, c", "const b = 1, c = 2",
        "var b, c", "new B, c", "if (b) c, d", "{ b, c }", "function b() {} c, d", "class B {} c, d",
        "@b class B {} c, d", "@b() class B {} c, d", "async function b() {} c, d", "import b from 'c'; d, e",
        "throw b, c", "for (;;) b, c", "for (const b in c) d, e", "typeof b, c", "await b, c", "#b in c, d",
        "\\u0062, c", "é, c", "async, c", "of, c", "debugger\nb, c", "!b, c", "~b, c", "do b, c; while (d)",
    ]

    @Test(arguments: insertedSemicolons) func insertedSemicolon(_ next: String) throws {
        // `!` and `~` start no new statement after `a = 1`, but they are errors there: not joined by a comma.
        for start in [
            "let a", "let a = 1", "const a = b", "const a = () => {}", "const a = {}", "const [a] = b()",
        ] {
            if (next.hasPrefix("!") || next.hasPrefix("~")) && !start.hasSuffix("=> {}") { continue }
            let source = "export \(start)\n\(next)"
            let names = try ModuleLexer.lex(Array(source.utf8)).exports.map(\.name)
            #expect(names == ["a"], "\(source.debugDescription)")
        }
    }

    @Test func stars() throws {
        let source =
            "import 'a'; export * from 'b'; export * as c from 'd'; export { e } from 'f'; export*from'g'"
        let found = try ModuleLexer.lex(Array(source.utf8))
        #expect(found.imports.map(\.isStar) == [false, true, false, false, true])
        #expect(found.exports.map(\.importIndex) == [2, 3])
    }
}
