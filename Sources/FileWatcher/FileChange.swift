/// One change of a file or folder, as it stands after coalescing.
package struct FileChange: Sendable, Hashable {
    /// What happened to the file between the last report and this one.
    package enum Kind: String, Sendable, Hashable {
        /// The file was not there when it was last reported on.
        case created
        /// The file was and is there; its content may have changed.
        case modified
        /// The file was there and is gone.
        case removed
    }

    /// Absolute path: the real path of the folder plus the name (a symbolic link as last component stays).
    package var path: String
    /// What happened.
    package var kind: Kind
    /// Whether `path` is (or was) a folder, or a link to one.
    package var isDirectory: Bool

    /// Creates a change.
    ///
    /// - Parameters:
    ///   - path: Absolute path, its folder canonical.
    ///   - kind: What happened.
    ///   - isDirectory: Whether it is (or was) a folder or a link to one.
    package init(path: String, kind: Kind, isDirectory: Bool = false) {
        self.path = path
        self.kind = kind
        self.isDirectory = isDirectory
    }
}

/// What a ``FileWatcher`` tells its owner.
package enum FileWatchEvent: Sendable, Hashable {
    /// Files changed; at most one entry per path, in the order of their first change.
    case changes([FileChange])
    /// Changes may have been missed (queue overflow, a root that vanished or came back): compare by hash.
    ///
    /// The watches are in place again when this is sent, so nothing that happens after it is lost.
    case rescan(reason: String)
}
