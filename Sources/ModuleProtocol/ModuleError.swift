/// Why a request cannot be answered, in a form that goes onto the wire.
package struct ModuleError: Error, Sendable, CustomStringConvertible {
    /// The machine-readable reason.
    package var code: ErrorCode
    /// The module path the request named, if any; never a path outside the root.
    package var path: String?
    /// What happened and what to do, for a person; never shows a path outside the root.
    package var message: String
    /// The `id` of the client message this answers, when that much of it could be read.
    package var requestID: RequestID?
    /// The cause, for the log only.
    package var underlying: (any Error)?

    /// Creates an error.
    /// - Parameters:
    ///   - code: The machine-readable reason.
    ///   - path: The module path the request named.
    ///   - message: What happened and what to do.
    ///   - requestID: The `id` of the message this answers.
    ///   - underlying: The cause, for the log only.
    package init(
        _ code: ErrorCode, path: String? = nil, message: String, requestID: RequestID? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.path = path
        self.message = message
        self.requestID = requestID
        self.underlying = underlying
    }

    package var description: String {
        let cause = underlying.map { " (\($0))" } ?? ""
        return "\(code.rawValue): \(message)\(cause)"
    }
}
