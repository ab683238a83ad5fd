import ModuleProtocol
import Testing

@testable import ModuleGraph

@Suite("Rules among many")
struct RuleLookupTests {
    /// The longest rule by trying each.
    static func expected(_ keys: [String], _ text: String) -> [String] {
        Set(keys).filter { key in key == text || (key.hasSuffix("/") && text.hasPrefix(key)) }
            .sorted { $0.utf8.count > $1.utf8.count }
    }

    static func matches(_ table: PrefixTable<String>, _ text: String) -> [String] {
        var found: [String] = []
        let bytes = Array(text.utf8)
        let none: Int? = bytes.withUnsafeBufferPointer {
            table.first(for: $0) { match -> Int? in
                found.append(match.value)
                return nil
            }
        }
        #expect(none == nil)
        return found
    }

    @Test("are found as by trying each", arguments: 0..<50)
    func likeTryingEach(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let text = { (longest: Int) -> String in
            String(
                (0..<Int.random(in: 0...longest, using: &random)).map { _ in
                    "aab//".randomElement(using: &random) ?? "a"
                })
        }
        let keys = (0..<40).map { _ in text(6) }
        let table = PrefixTable(keys.map { (key: Array($0.utf8), value: $0) })
        for query in keys + (0..<100).map({ _ in text(9) }) {
            #expect(Self.matches(table, query) == Self.expected(keys, query), "\(query) in \(keys)")
        }
    }

    @Test("keep the first of equal keys")
    func first() {
        let table = PrefixTable([
            (key: Array("a/".utf8), value: "one"), (key: Array("a/".utf8), value: "two"),
        ])
        #expect(Self.matches(table, "a/b") == ["one"])
        #expect(!table.isEmpty)
        #expect(PrefixTable<String>([]).isEmpty)
    }
}

/// A generator whose sequence depends on its seed alone.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
