/// A `module:request`: the client wants a module's content.
package struct ModuleRequest: Sendable, Equatable {
    /// The path as the client wrote it, to be parsed by ``ModulePath``.
    package var path: String
    /// The hash of the content the client holds; `nil` when it holds none.
    package var hash: String?
    /// Whether the answer is to be a binary frame, a ``Pack`` of one module.
    package var binary: Bool
    /// Comes back in the answer.
    package var id: RequestID?

    /// Creates a request.
    /// - Parameters:
    ///   - path: The path as the client wrote it.
    ///   - hash: The hash of the content the client holds.
    ///   - binary: Whether the answer is to be a binary frame.
    ///   - id: Comes back in the answer.
    package init(path: String, hash: String? = nil, binary: Bool = false, id: RequestID? = nil) {
        self.path = path
        self.hash = hash
        self.binary = binary
        self.id = id
    }
}
