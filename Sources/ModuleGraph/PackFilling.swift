import ModuleProtocol

/// Puts modules into packs of a size that keeps both ends busy: full ones leave at once, the rest when the caller
/// says that more would be long in coming.
///
/// Pure.
package struct PackFilling<Part: Sendable>: Sendable {
    private let packBytes: Int
    private let maximumBytes: Int
    private var parts: [Part] = []
    private var bytes = 0

    /// Starts with an empty pack.
    /// - Parameters:
    ///   - packBytes: Bytes of modules at which a pack is full.
    ///   - maximumBytes: Bytes of modules that only a pack of one module may exceed.
    package init(
        packBytes: Int = ProtocolLimits.packBytes, maximumBytes: Int = ProtocolLimits.packMaximumBytes
    ) {
        self.packBytes = packBytes
        self.maximumBytes = maximumBytes
    }

    /// Whether nothing waits to be sent.
    package var isEmpty: Bool { parts.isEmpty }

    /// Adds a module.
    /// - Parameters:
    ///   - part: The module.
    ///   - bytes: Its size.
    /// - Returns: The parts of a pack that is full now; the module itself may be left for the next one.
    package mutating func add(_ part: Part, bytes: Int) -> [Part]? {
        var full: [Part]?
        if self.bytes + bytes > maximumBytes { full = take() }
        parts.append(part)
        self.bytes += bytes
        if full == nil, self.bytes >= packBytes { full = take() }
        return full
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
