/// What a look at a folder brought.
enum DirectoryListing: Sendable, Hashable {
    struct Item: Sendable, Hashable {
        var name: String
        var kind: WatchTree.EntryKind
        /// Only where the folder is polled.
        var stamp: FileStamp?
        /// A symbolic or further hard link: no close after writing will follow its creation.
        var isLinked = false
    }

    struct Contents: Sendable, Hashable {
        var coverage: WatchTree.Coverage
        var identity: FileIdentity
        /// Nil if the folder could not be listed this time.
        var items: [Item]?
        var ignoreFile: [UInt8]?
    }

    /// There is no folder at the path.
    case gone
    case contents(Contents)
}
