import NIOCore

/// How one text is made of another: ranges to copy and text to insert.
///
/// Pure. Texts are compared by lines, long ones by parts of lines; time is linear in the length of both, within
/// ``StoreLimits``. Every range begins and ends between two characters, so either side may work on UTF-8.
package struct ContentDelta: Sendable, Equatable {
    /// A piece of the new text.
    package enum Step: Sendable, Equatable {
        /// Bytes of the old text.
        case copy(Range<Int>)
        /// Bytes of the new text.
        case insert(Range<Int>)
    }

    /// The new text, from its beginning to its end.
    package private(set) var steps: [Step] = []

    /// Compares two texts.
    /// - Parameters:
    ///   - base: The old text; valid UTF-8.
    ///   - target: The new text; valid UTF-8.
    package init(from base: ByteBuffer, to target: ByteBuffer) {
        base.withUnsafeReadableBytes { base in
            target.withUnsafeReadableBytes { target in
                compare(base, target)
            }
        }
    }

    /// Bytes of the new text that the old one does not have.
    package var insertedBytes: Int {
        steps.reduce(0) { count, step in
            if case .insert(let range) = step { count + range.count } else { count }
        }
    }

    private mutating func compare(_ base: UnsafeRawBufferPointer, _ target: UnsafeRawBufferPointer) {
        let start = Self.commonPrefix(base, target)
        let end = Self.commonSuffix(base, target, behind: start)
        add(.copy(0..<start))
        let (middle, newMiddle) = (start..<base.count - end, start..<target.count - end)
        if middle.isEmpty || newMiddle.isEmpty {
            add(.insert(newMiddle))
        } else {
            compareMiddles(TextPieces(base, middle), TextPieces(target, newMiddle))
        }
        add(.copy(base.count - end..<base.count))
    }

    private mutating func compareMiddles(_ base: TextPieces, _ target: TextPieces) {
        guard base.isComplete, target.isComplete else {
            add(.insert(target.range))
            return
        }
        var places: [Int: [Int]] = [:]
        for index in 0..<base.count {
            let hash = base.hashes[index]
            if places[hash, default: []].count < StoreLimits.deltaCandidates {
                places[hash, default: []].append(index)
            }
        }
        var index = 0
        while index < target.count {
            var best = (start: 0, length: 0)
            // What follows the last match is likely to go on there.
            for candidate in places[target.hashes[index]] ?? [] {
                let length = base.matchLength(at: candidate, target, at: index)
                if length > best.length { best = (candidate, length) }
            }
            let copied = base.bytes(best.start..<best.start + best.length)
            if copied.count >= StoreLimits.deltaMatchBytes {
                add(.copy(copied))
                index += best.length
            } else {
                let skipped = max(best.length, 1)
                add(.insert(target.bytes(index..<index + skipped)))
                index += skipped
            }
        }
    }

    /// Appends a step, or lengthens the last one.
    private mutating func add(_ step: Step) {
        switch (steps.last, step) {
        case (_, .copy(let range)) where range.isEmpty, (_, .insert(let range)) where range.isEmpty:
            return
        case (.copy(let last)?, .copy(let range)) where last.upperBound == range.lowerBound:
            steps[steps.count - 1] = .copy(last.lowerBound..<range.upperBound)
        case (.insert(let last)?, .insert(let range)):
            steps[steps.count - 1] = .insert(last.lowerBound..<range.upperBound)
        default:
            steps.append(step)
        }
    }

    private static func commonPrefix(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let limit = min(a.count, b.count)
        var count = 0
        while count < limit, a[count] == b[count] { count += 1 }
        while count > 0, isContinuation(a, count) || isContinuation(b, count) { count -= 1 }
        return count
    }

    private static func commonSuffix(
        _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, behind start: Int
    ) -> Int {
        let limit = min(a.count, b.count) - start
        var count = 0
        while count < limit, a[a.count - 1 - count] == b[b.count - 1 - count] { count += 1 }
        while count > 0, isContinuation(a, a.count - count) { count -= 1 }
        return count
    }

    /// Whether an offset is inside a character.
    private static func isContinuation(_ text: UnsafeRawBufferPointer, _ offset: Int) -> Bool {
        offset < text.count && text[offset] & 0xC0 == 0x80
    }
}

/// A text cut behind line ends, and long lines behind punctuation; all cuts are behind ASCII characters.
private struct TextPieces {
    let text: UnsafeRawBufferPointer
    let range: Range<Int>
    /// Where pieces start; one more than there are pieces.
    private(set) var starts: [Int] = []
    private(set) var hashes: [Int] = []
    /// Whether the text has no more pieces than are allowed.
    private(set) var isComplete = true

    var count: Int { hashes.count }

    init(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.text = text
        self.range = range
        var start = range.lowerBound
        var lineStart = start
        // Of the last 16 bytes, so that both texts are cut alike behind a difference.
        var recent: UInt64 = 0
        for offset in range {
            let byte = text[offset]
            recent = recent << 4 &+ UInt64(byte)
            let isLineEnd = byte == UInt8(ascii: "\n")
            let isEnd =
                isLineEnd
                || (offset - lineStart >= StoreLimits.deltaLineBytes && Self.isPunctuation(byte)
                    && (recent &* 0x9E37_79B9_7F4A_7C15) >> 61 == 0)
            if isLineEnd { lineStart = offset + 1 }
            guard isEnd || offset == range.upperBound - 1 else { continue }
            guard count < StoreLimits.deltaPieces else {
                isComplete = false
                return
            }
            starts.append(start)
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: text[start...offset]))
            hashes.append(hasher.finalize())
            start = offset + 1
        }
        starts.append(start)
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}")
            || byte == UInt8(ascii: "{")
    }

    /// The bytes of some pieces.
    func bytes(_ pieces: Range<Int>) -> Range<Int> { starts[pieces.lowerBound]..<starts[pieces.upperBound] }

    /// How many pieces from `index` on are those of another text from `other` on.
    func matchLength(at index: Int, _ target: TextPieces, at other: Int) -> Int {
        var length = 0
        while index + length < count, other + length < target.count,
            hashes[index + length] == target.hashes[other + length],
            text[bytes(index + length..<index + length + 1)].elementsEqual(
                target.text[target.bytes(other + length..<other + length + 1)])
        {
            length += 1
        }
        return length
    }
}
