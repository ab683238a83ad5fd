/// How a module changed, the `kind` of `module:updated`.
package enum ModuleChangeKind: String, Sendable {
    /// It has other bytes now.
    case changed
    /// It is new.
    case added
    /// It is gone.
    case removed
}

/// One change that clients are told of.
package struct ModuleChange: Sendable, Equatable {
    /// Which module.
    package var path: ModulePath
    /// Hash of the new bytes; `nil` when it is gone.
    package var hash: String?
    /// How it changed.
    package var kind: ModuleChangeKind
    /// Set when the upstream compiles the file: the hash of what clients have from there.
    ///
    /// The new one, instead of `hash`, is the upstream's to tell.
    package var compiledHash: String?

    /// Creates a change.
    /// - Parameters:
    ///   - path: Which module.
    ///   - hash: Hash of the new bytes; `nil` when it is gone.
    ///   - kind: How it changed.
    ///   - compiledHash: The hash of what clients have from the upstream.
    package init(path: ModulePath, hash: String?, kind: ModuleChangeKind, compiledHash: String? = nil) {
        self.path = path
        self.hash = hash
        self.kind = kind
        self.compiledHash = compiledHash
    }
}

/// Where a module's content came from, the `source` of `module:response`.
package enum ModuleSource: String, Sendable {
    /// A file below the root or a mount.
    case disk
    /// The upstream server.
    case upstream
}

/// Who caused an event, the `source` of everything that is broadcast.
package enum EventSource: String, Sendable, CaseIterable {
    /// A person in the dashboard or in an editor's panel.
    case ui
    /// A coding agent.
    case aiAgent = "ai_agent"
    /// A caller of the HTTP API.
    case api
    /// Pitlane itself, such as its file watcher.
    case system
}

/// One line of a `module:list` answer.
package struct ModuleListing: Sendable, Equatable {
    /// Which module.
    package var path: ModulePath
    /// Its hash.
    package var hash: String
    /// Its size in bytes.
    package var size: Int

    /// Creates a line.
    /// - Parameters:
    ///   - path: Which module.
    ///   - hash: Its hash.
    ///   - size: Its size in bytes.
    package init(path: ModulePath, hash: String, size: Int) {
        self.path = path
        self.hash = hash
        self.size = size
    }
}
