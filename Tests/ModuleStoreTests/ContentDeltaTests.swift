import NIOCore
import Testing

@testable import ModuleStore

@Suite("Differences between two texts")
struct ContentDeltaTests {
    /// Puts the new text together, and checks that no step cuts a character.
    private func check(_ base: String, _ target: String) -> ContentDelta {
        let (old, new) = (Array(base.utf8), Array(target.utf8))
        let delta = ContentDelta(from: ByteBuffer(string: base), to: ByteBuffer(string: target))
        var built: [UInt8] = []
        for step in delta.steps {
            let piece: ArraySlice<UInt8>
            switch step {
            case .copy(let range): piece = old[range]
            case .insert(let range): piece = new[range]
            }
            #expect(!piece.isEmpty)
            #expect(String(validating: piece, as: UTF8.self) != nil, "a character is cut")
            built += piece
        }
        #expect(built == new)
        return delta
    }

    private static let lines = (0..<2_000).map { "export const value\($0) = \"größe \($0 &* 7919)\";\n" }

    @Test("the same text is one copy, an empty one nothing")
    func ends() {
        #expect(check("abc", "abc").steps == [.copy(0..<3)])
        #expect(check("abc", "").steps.isEmpty)
        #expect(check("", "abc").steps == [.insert(0..<3)])
        #expect(check("", "").steps.isEmpty)
    }

    @Test("a changed, added or removed line costs about itself")
    func oneLine() {
        let text = Self.lines.joined()
        var changed = Self.lines
        changed[1_000] = "export const value1000 = \"✓\";\n"
        #expect(check(text, changed.joined()).insertedBytes < 40)
        changed = Self.lines
        changed.insert("// new\n", at: 3)
        #expect(check(text, changed.joined()).insertedBytes <= 7)
        changed = Self.lines
        changed.remove(at: 1_999)
        #expect(check(text, changed.joined()).insertedBytes == 0)
    }

    @Test("changes in several places leave what lies between")
    func severalPlaces() {
        var changed = Self.lines
        for index in [10, 500, 1_500] { changed[index] = "// \(index)\n" }
        let delta = check(Self.lines.joined(), changed.joined())
        #expect(delta.insertedBytes < 400 && delta.steps.count <= 7)
    }

    @Test("moved lines are copied from where they were")
    func moves() {
        let delta = check(Self.lines.joined(), (Self.lines[1_000...] + Self.lines[..<1_000]).joined())
        #expect(delta.insertedBytes < 200)
    }

    @Test("a text without line ends is cut behind punctuation")
    func minified() {
        let statements = (0..<4_000).map { "let v\($0)={größe:\($0 &* 104_729)};" }
        var changed = statements
        changed[100] = "let x=1;"
        changed[3_900] = "let y=2;"
        #expect(check(statements.joined(), changed.joined()).insertedBytes < 1_000)
    }

    @Test("both ends share bytes of one character")
    func characters() {
        // ä is C3 A4, å is C3 A5; ö is C3 B6: the first byte is common, but no character.
        #expect(check("xä", "xå").steps == [.copy(0..<1), .insert(1..<3)])
        #expect(check("ä", "Ĥ").insertedBytes == 2)
        #expect(check("aä🦀b", "aö🦁b").steps == [.copy(0..<1), .insert(1..<7), .copy(7..<8)])
    }

    @Test("texts that repeat themselves take no long time")
    func repetition() {
        let text = String(repeating: "}\n", count: 100_000)
        _ = check(text + "a\n" + text, text + "b\n" + text + "}\n")
        _ = check(String(repeating: "x;", count: 50_000) + "1", String(repeating: "x;", count: 49_000) + "2")
        _ = check(String(repeating: "a", count: 200_000), String(repeating: "b", count: 200_000))
    }

    @Test("random edits", arguments: 0..<30)
    func random(seed: Int) {
        var generator = Generator(state: UInt64(seed) &+ 1)
        let alphabet = ["a", "ß", "🦀", "\n", ";", "long piece of text ", "}\n"]
        func text(_ count: Int) -> [String] {
            (0..<count).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] }
        }
        let base = text(500)
        var target = base
        for _ in 0..<Int(generator.next() % 6) {
            let start = Int(generator.next() % UInt64(target.count))
            let end = min(target.count, start + Int(generator.next() % 40))
            target.replaceSubrange(start..<end, with: text(Int(generator.next() % 30)))
        }
        _ = check(base.joined(), target.joined())
    }

    private struct Generator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}
