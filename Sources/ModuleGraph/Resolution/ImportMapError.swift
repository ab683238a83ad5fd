/// Why a text is no import map; the browser, too, refuses such a map as a whole.
package struct ImportMapError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line for people: what is wrong, in which line and column, and what to do; names no file.
    package let message: String
    /// Byte offset in the text.
    package let offset: Int

    package var description: String { message }

    init(_ problem: String, advice: String, offset: Int, in text: UnsafeRawBufferPointer) {
        let before = text[..<min(offset, text.count)]
        let newline = UInt8(ascii: "\n")
        let line = before.count { $0 == newline } + 1
        let lineStart = before.lastIndex(of: newline).map { $0 + 1 } ?? 0
        // Continuation bytes of UTF-8 are no columns of their own.
        let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        message = "The import map \(problem) at line \(line), column \(column). \(advice)"
        self.offset = offset
    }

    init(_ problem: String, advice: String) {
        message = "The import map \(problem). \(advice)"
        offset = 0
    }
}
