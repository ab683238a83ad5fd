import ModuleProtocol

/// What is to happen to a page after some of its modules changed.
package enum HotDecision: Sendable, Equatable {
    /// These modules take the change.
    case update([HotBoundary])
    /// Nobody takes it.
    case reload(HotDeadEnd)
}

/// A module that takes a change, and what is to be evaluated anew for it.
package struct HotBoundary: Sendable, Equatable {
    /// The module whose accept callback is called.
    package let boundary: ModulePath
    /// The module that is imported anew: the boundary itself, or a dependency of it.
    package let accepted: ModulePath
    /// All modules on the import paths from the changed ones to `accepted`, which is the last.
    ///
    /// A module comes after those of them that it imports, unless they import each other.
    package let chain: [ModulePath]

    /// Creates a boundary.
    package init(boundary: ModulePath, accepted: ModulePath, chain: [ModulePath]) {
        self.boundary = boundary
        self.accepted = accepted
        self.chain = chain
    }
}

/// Why a page has to be reloaded.
package struct HotDeadEnd: Sendable, Equatable {
    /// The module that changed.
    package let path: ModulePath
    /// One clause for people, with the path in it.
    package let reason: String

    /// Creates a dead end.
    package init(path: ModulePath, reason: String) {
        self.path = path
        self.reason = reason
    }
}

/// The bounds of a decision.
package enum HotLimits {
    /// Entries of all chains of one decision; beyond it the page is reloaded, which is quicker by then.
    package static let chainEntries = 100_000
}
