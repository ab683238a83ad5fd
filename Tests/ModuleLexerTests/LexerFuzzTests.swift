import Testing

@testable import ModuleLexer

@Suite("Broken input")
struct LexerFuzzTests {
    /// Sources that between them hold every construct the lexer knows.
    static let sources: [[UInt8]] = {
        let cases =
            DeclarationTests.imports + DeclarationTests.attributes + DeclarationTests.exports
            + ExpressionTests.dynamic + ExpressionTests.meta + ExpressionTests.notImports
            + SourceTests.specifiers + SourceTests.wholes
        let calls = (HotTests.accepts + AssetTests.assets).map { Array($0.source.utf8) }
        let exports = (ExportTests.lists + ExportTests.declarations + ExportTests.bindings)
            .map { Array($0.source.utf8) }
        let slashes = (SlashTests.regularExpressions + SlashTests.divisions).map { Array($0.utf8) }
        return cases.map(\.source) + calls + exports + slashes + SourceTests.maps.map { Array($0.0.utf8) }
    }()

    /// Lexes, and checks what must hold for any input.
    private func lex(_ bytes: [UInt8]) {
        let violations = LexerInvariants.violations(of: bytes)
        #expect(violations.isEmpty, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
    }

    @Test func everyPrefix() {
        for source in Self.sources {
            for count in 0...source.count { lex(Array(source[..<count])) }
        }
    }

    @Test func everySuffix() {
        for source in Self.sources {
            for count in 0...source.count { lex(Array(source[count...])) }
        }
    }

    @Test(arguments: 1...8) func randomMutations(seed: UInt64) {
        var random = SplitMix(state: seed)
        let pieces = [
            "'", "\"", "`", "${", "}", "{", "(", ")", "[", "]", "/", "*", "\\", "\n", "import", "export",
        ]
        .map { Array($0.utf8) }
        for _ in 0..<2_000 {
            var bytes = Self.sources[Int.random(in: 0..<Self.sources.count, using: &random)]
            bytes += Self.sources[Int.random(in: 0..<Self.sources.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2 where place < bytes.count: bytes.remove(at: place)
                default:
                    bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))], at: place)
                }
            }
            lex(bytes)
        }
    }

    /// Time must stay linear where a lexer may look ahead or back again and again.
    @Test(arguments: [
        "/*", "//", "import(", "import(/**/", "a\n++", "async\n", "return\n", "`${", "/[", "\\",
        "import.meta\n", "export let a,a\n/a/\n", "export let[", "export const{a:", "export{a,",
        "export default ",
        "export let a = ()=>{},", "let a\n/", "let a,a,a\n", "import.meta.hot.accept([",
        "import.meta.hot.accept('',",
        "new URL(", "new Worker(new URL('',import.meta.url),{a:1,", "new Worker('',{a:1,b:", "new/**/",
    ])
    func repetition(_ piece: String) {
        // Each finding is lexed again by itself: without that, this is only about time.
        _ = try? ModuleLexer.lex(Array(String(repeating: piece, count: 40_000).utf8))
    }
}

/// A small seeded generator, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
