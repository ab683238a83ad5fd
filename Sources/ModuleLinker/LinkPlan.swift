import ModuleProtocol

/// What linking changes in one version of a module, whatever page it is linked for.
///
/// Kept for as long as the module, so it is a few bytes for each import, which say where in the module's path and text the
/// rest is. Immutable, safe on any thread.
package struct LinkPlan: Sendable, Equatable {
    /// The path of a URL on the page's site.
    enum Target: Equatable {
        /// So many bytes of the module's path, and then the reference that is replaced without its first ones.
        case joined(keeping: Int, skipping: Int)
        /// These bytes, since the reference is spelled with escapes.
        case spelled([UInt8])
    }

    /// What is written in the place of bytes of the module.
    enum Written: Equatable {
        /// The URL of what a string literal names, as a string literal.
        case url(Target)
        /// The call that gives the newest version's URL of what a string literal names.
        case current(Target)
        /// What stands for `import` in a call whose argument is computed.
        case importer
        case openingParenthesis
        case closingParenthesis
        /// The call that resolves a computed argument: what comes before it, and what comes behind.
        case resolveOpening
        case resolveClosing
        /// The module's own URL as a string literal.
        case ownURL
        /// The URL of what bytes outside of a literal name.
        case sourceMap(Target)
    }

    /// What `import.meta` takes at the module's start.
    enum Meta: UInt8 {
        case nothing
        /// The call that sets it up.
        case call
        /// The same for a module that may use `import.meta.hot`.
        case hotCall
    }

    /// One change.
    struct Step: Equatable {
        /// Bytes of the module that are replaced, maybe none.
        var range: Range<Int>
        var written: Written
    }

    /// The start and the steps; empty when the module stays as it is.
    private let bytes: [UInt8]

    /// Bytes of a byte order mark.
    private static let markBytes = 3
    private static let markBit: UInt8 = 1
    private static let scriptBit: UInt8 = 2
    private static let metaShift: UInt8 = 2
    /// Bits of the number that stands for what is written.
    private static let kindBits = 4

    /// - Parameters:
    ///   - hasMark: Whether the text begins with a byte order mark.
    ///   - isScript: Whether `#!` comes first then.
    ///   - meta: What `import.meta` takes.
    ///   - steps: In order, none of which overlaps another; `nil` is returned for others.
    init?(hasMark: Bool, isScript: Bool, meta: Meta, steps: [Step]) {
        var bytes = [
            (hasMark ? Self.markBit : 0) | (isScript ? Self.scriptBit : 0) | meta.rawValue << Self.metaShift
        ]
        var end = hasMark ? Self.markBytes : 0
        for step in steps {
            guard step.range.lowerBound >= end else { return nil }
            let (kind, target) = Self.encoded(step.written)
            bytes.append(number: step.range.lowerBound - end)
            bytes.append(number: step.range.count << Self.kindBits | kind)
            switch target {
            case nil: break
            case .joined(let kept, let skipped):
                // One more, since 0 stands for what is spelled.
                bytes.append(number: kept + 1)
                bytes.append(number: skipped)
            case .spelled(let path):
                bytes.append(number: 0)
                bytes.append(number: path.count)
                bytes += path
            }
            end = step.range.upperBound
        }
        // Kept by the thousand: without the room to grow.
        self.bytes = bytes == [0] ? [] : bytes.map(\.self)
    }

    /// Bytes of the text that the start replaces.
    var replacedAtStart: Int { start & Self.markBit != 0 ? Self.markBytes : 0 }

    /// Whether `#!` has to become a comment.
    var isScript: Bool { start & Self.scriptBit != 0 }

    /// What `import.meta` takes.
    var meta: Meta { Meta(rawValue: start >> Self.metaShift) ?? .nothing }

    private var start: UInt8 { bytes.first ?? 0 }

    /// The changes in order.
    var steps: Steps { Steps(bytes, end: replacedAtStart) }

    /// Bytes in memory, about.
    package var cost: Int { bytes.isEmpty ? 0 : 32 + bytes.count }

    /// Reads a plan's steps.
    struct Steps: Sequence, IteratorProtocol {
        private let bytes: [UInt8]
        private var at = 1
        /// Where the last step ended in the module's text.
        private var end: Int

        fileprivate init(_ bytes: [UInt8], end: Int) {
            self.bytes = bytes
            self.end = end
        }

        mutating func next() -> Step? {
            guard at < bytes.count else { return nil }
            let start = end + bytes.number(at: &at)
            let word = bytes.number(at: &at)
            end = start + word >> LinkPlan.kindBits
            return Step(range: start..<end, written: written(word & (1 << LinkPlan.kindBits - 1)))
        }

        private mutating func written(_ kind: Int) -> Written {
            switch kind {
            case 0: .url(target())
            case 1: .current(target())
            case 2: .importer
            case 3: .openingParenthesis
            case 4: .closingParenthesis
            case 5: .resolveOpening
            case 6: .resolveClosing
            case 7: .ownURL
            default: .sourceMap(target())
            }
        }

        private mutating func target() -> Target {
            let kept = bytes.number(at: &at)
            let count = bytes.number(at: &at)
            if kept > 0 { return .joined(keeping: kept - 1, skipping: count) }
            at += count
            return .spelled(Array(bytes[at - count..<at]))
        }
    }

    private static func encoded(_ written: Written) -> (kind: Int, target: Target?) {
        switch written {
        case .url(let target): (0, target)
        case .current(let target): (1, target)
        case .importer: (2, nil)
        case .openingParenthesis: (3, nil)
        case .closingParenthesis: (4, nil)
        case .resolveOpening: (5, nil)
        case .resolveClosing: (6, nil)
        case .ownURL: (7, nil)
        case .sourceMap(let target): (8, target)
        }
    }
}

/// Numbers of seven bits a byte, lowest first; the high bit says that more follow.
extension [UInt8] {
    fileprivate mutating func append(number: Int) {
        var rest = number
        while rest > 0x7F {
            append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    fileprivate func number(at place: inout Int) -> Int {
        var number = 0
        var shift = 0
        while true {
            let byte = Int(self[place])
            place += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
    }
}
