/// Writes text to memory, some of it escaped for `data:` URLs that stand in JSON; the client's `escaped` in its own words.
///
/// Lives as long as the memory is lent.
struct EscapingWriter {
    /// For each byte what is written, lowest byte first, and in the highest byte how many of these three there are.
    ///
    /// Escaped is what URLs change, drop or give a meaning, what JSON escapes, and the slash, since Chromium keeps account of
    /// every prefix of an importer's URL that ends in one.
    private static let forms: [UInt32] = (0..<256).map { byte in
        guard byte < 0x20 || byte > 0x7E || #"%#?/"\"#.utf8.contains(UInt8(byte)) else {
            return UInt32(byte) | 1 << 24
        }
        let digits = Array("0123456789ABCDEF".utf8)
        return UInt32(UInt8(ascii: "%")) | UInt32(digits[byte >> 4]) << 8 | UInt32(digits[byte & 15]) << 16
            | 3 << 24
    }

    /// Bytes of memory that escaping so many bytes takes at most: every form is stored with its highest byte.
    static func mostBytes(for count: Int) -> Int { 3 * count + 1 }

    private let start: UnsafeMutableRawPointer
    private let limit: UnsafeMutableRawPointer
    private var end: UnsafeMutableRawPointer

    /// - Parameter memory: Where to, not empty.
    init(_ memory: UnsafeMutableRawBufferPointer) {
        guard let base = memory.baseAddress else { preconditionFailure("there is memory to write to") }
        start = base
        limit = base + memory.count
        end = base
    }

    /// Bytes written.
    var count: Int { end - start }

    /// Writes bytes as they are.
    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        precondition(limit - end >= bytes.count, "the memory is large enough")
        end.copyMemory(from: base, byteCount: bytes.count)
        end += bytes.count
    }

    /// Writes text as it is.
    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// Writes code as it is.
    mutating func write(_ text: StaticString) {
        write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes bytes with escapes.
    mutating func escape(_ bytes: UnsafeRawBufferPointer) {
        precondition(limit - end >= Self.mostBytes(for: bytes.count), "the memory is large enough")
        // Without a branch for each byte: which ones are escaped cannot be predicted.
        end = Self.forms.withUnsafeBufferPointer { forms in
            var end = self.end
            for byte in bytes {
                let form = forms[Int(byte)]
                end.storeBytes(of: form.littleEndian, as: UInt32.self)
                end += Int(form >> 24)
            }
            return end
        }
    }

    /// Writes text with escapes.
    /// - Parameter count: Bytes of it, if not all.
    mutating func escape(_ text: String, first count: Int? = nil) {
        var text = text
        text.withUTF8 {
            escape(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer($0)[..<(count ?? $0.count)]))
        }
    }

    /// Writes code with escapes.
    mutating func escape(_ text: StaticString) {
        escape(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
