/// Byte strings with values, found by a text that equals one of them or starts with one that ends with a slash.
///
/// Sorted, each key linked to the longest prefix among the others: a search is one bisection and a short walk.
struct PrefixTable<Value: Sendable>: Sendable {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    private struct Entry: Sendable {
        var key: [UInt8]
        var value: Value
        /// The longest other key that ends with a slash and that `key` starts with; -1 for none.
        var parent = -1
    }

    private let entries: [Entry]

    var isEmpty: Bool { entries.isEmpty }

    /// Sorts the rules.
    /// - Parameter rules: Of equal keys the first counts.
    init(_ rules: some Sequence<(key: [UInt8], value: Value)>) {
        var sorted: [Entry] = []
        // `sort` is stable, so the first of equal keys stays the first.
        for rule in rules.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
        where sorted.last?.key != rule.key {
            sorted.append(Entry(key: rule.key, value: rule.value))
        }
        // In sorted order the keys that are prefixes of the current one form a stack.
        var open: [Int] = []
        for index in sorted.indices {
            while let last = open.last, !sorted[index].key.starts(with: sorted[last].key) {
                open.removeLast()
            }
            sorted[index].parent = open.last ?? -1
            if sorted[index].key.last == UInt8(ascii: "/") { open.append(index) }
        }
        entries = sorted
    }

    /// Calls `body` with each rule that applies to a text, the longest key first, until it returns a result.
    func first<Result>(for text: Bytes, _ body: (Match) -> Result?) -> Result? {
        var index = lastNotAfter(text)
        while index >= 0 {
            let entry = entries[index]
            let keyLength = entry.key.count
            if keyLength == text.count || entry.key.last == UInt8(ascii: "/"), text.starts(with: entry.key),
                let result = body(Match(value: entry.value, keyLength: keyLength))
            {
                return result
            }
            index = entry.parent
        }
        return nil
    }

    /// A rule that applies.
    struct Match {
        var value: Value
        var keyLength: Int
    }

    /// The index of the greatest key that is not greater than the text; -1 for none.
    private func lastNotAfter(_ text: Bytes) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if Self.precedes(text, entries[middle].key) { high = middle } else { low = middle + 1 }
        }
        return low - 1
    }

    private static func precedes(_ left: Bytes, _ right: [UInt8]) -> Bool {
        right.withUnsafeBufferPointer { right in
            let common = min(left.count, right.count)
            var index = 0
            while index < common, left[index] == right[index] { index += 1 }
            return index < common ? left[index] < right[index] : left.count < right.count
        }
    }
}
