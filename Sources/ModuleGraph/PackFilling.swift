import ModuleProtocol

/// Puts modules into packs of a size that keeps both ends busy: full ones leave at once, the rest when the caller
/// says that more would be long in coming.
///
/// Pure.
package struct PackFilling<Part: Sendable>: Sendable {
    private let packBytes: Int
    private var parts: [Part] = []
    private var bytes = 0

    /// Starts with an empty pack.
    /// - Parameter packBytes: Bytes of modules at which a pack is full.
    package init(packBytes: Int = ProtocolLimits.packBytes) { self.packBytes = packBytes }

    /// Whether nothing waits to be sent.
    package var isEmpty: Bool { parts.isEmpty }

    /// Adds a module.
    /// - Parameters:
    ///   - part: The module.
    ///   - bytes: Its size.
    /// - Returns: The parts of a pack that is full now.
    package mutating func add(_ part: Part, bytes: Int) -> [Part]? {
        parts.append(part)
        self.bytes += bytes
        return self.bytes >= packBytes ? take() : nil
    }

    /// The parts that wait, if there are any.
    package mutating func take() -> [Part]? {
        guard !parts.isEmpty else { return nil }
        defer {
            parts = []
            bytes = 0
        }
        return parts
    }
}
