import ModuleProtocol

/// What a reported change of a file turned out to be.
package enum ChangeOutcome: Sendable, Equatable {
    /// The bytes are what clients know, or nobody can ask for them.
    case unchanged
    /// To be told to every client, in order.
    case changed([ModuleChange])
    /// The file is empty, gone or being written: apply the change again after some 20 ms.
    case unstable
}
