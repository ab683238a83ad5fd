/// Close codes of RFC 6455 section 7.4 and of the IANA registry that this target sends or reports.
package enum WebSocketCloseCode {
    /// The purpose is fulfilled.
    package static let normal: UInt16 = 1000
    /// The server is going down.
    package static let goingAway: UInt16 = 1001
    /// A malformed frame.
    package static let protocolError: UInt16 = 1002
    /// Reported, never sent: the peer's Close frame carried no code.
    package static let noStatus: UInt16 = 1005
    /// Reported, never sent: the connection ended without a Close frame.
    package static let abnormal: UInt16 = 1006
    /// Text that is not UTF-8, or data that cannot be inflated.
    package static let invalidPayload: UInt16 = 1007
    /// A policy was violated.
    package static let policyViolation: UInt16 = 1008
    /// The message is larger than the receiver accepts.
    package static let messageTooBig: UInt16 = 1009
    /// The server met an unexpected condition.
    package static let internalError: UInt16 = 1011
    /// The client is too slow; try again later.
    package static let tryAgainLater: UInt16 = 1013

    /// Whether `code` may appear in a Close frame (RFC 6455 section 7.4.2 and the IANA registry).
    ///
    /// - Parameter code: The code as received.
    /// - Returns: True for 1000–1003, 1007–1014 and 3000–4999.
    package static func isAllowedOnTheWire(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// Why a connection is failed (RFC 6455 section 7.1.7): the code and reason of the Close frame that says so.
package struct WebSocketFailure: Error, Equatable, Sendable {
    /// The close code sent to the peer.
    package let code: UInt16
    /// A short reason in English, sent to the peer.
    package let reason: String

    /// A failure with a close code and a reason.
    ///
    /// - Parameters:
    ///   - code: A code that may be sent.
    ///   - reason: At most 123 bytes of UTF-8.
    package init(code: UInt16, reason: String) {
        self.code = code
        self.reason = reason
    }

    static func protocolError(_ reason: String) -> WebSocketFailure {
        WebSocketFailure(code: WebSocketCloseCode.protocolError, reason: reason)
    }

    static func invalidPayload(_ reason: String) -> WebSocketFailure {
        WebSocketFailure(code: WebSocketCloseCode.invalidPayload, reason: reason)
    }

    static func tooBig(limit: Int) -> WebSocketFailure {
        WebSocketFailure(code: WebSocketCloseCode.messageTooBig, reason: "message larger than \(limit) bytes")
    }
}
