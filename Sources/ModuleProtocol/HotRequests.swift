/// A `hot:running` of a client: the module versions that its page runs.
package struct HotRunning: Sendable, Equatable {
    /// Path → hash of what has been or is about to be evaluated.
    package var modules: [String: String]
    /// Path → hash of what was sent and does not run: `modules` names the version that runs on.
    package var failed: [String: String]
    /// Paths that run without being imported: they are never pruned.
    package var entries: [String]
    /// Whether `entries`, of all reports together, are all that runs without being imported by what runs.
    package var hasAllEntries: Bool
    /// Whether what was reported before is to be forgotten.
    package var resets: Bool
    /// Whether another part of this report follows: nothing is decided before the last one.
    package var hasMore: Bool
    /// Whether the client puts modules together from deltas and checks their hash.
    package var takesDeltas: Bool
    /// Whether the client can be asked by `hot:versions` for the texts of what it runs.
    package var givesVersions: Bool
    /// URL path of the document, which import maps are relative to.
    package var page: String?
    /// The texts of the document's import maps in their order; `nil` when they are as before.
    package var importMaps: [String]?
    /// Path → hash of style sheets, images and the like that the page shows; `nil` when it does not know the hash.
    package var files: [String: String?]
    /// The request's `id`.
    package var id: RequestID?

    init(_ fields: Fields, id: RequestID?, scanner: JSONScanner) throws(ModuleError) {
        modules = try fields.table(.modules, scanner) ?? [:]
        failed = try fields.table(.failed, scanner) ?? [:]
        entries = try fields.strings(.entries, scanner) ?? []
        hasAllEntries = try fields.bool(.complete, scanner) ?? false
        resets = try fields.bool(.reset, scanner) ?? false
        hasMore = try fields.bool(.more, scanner) ?? false
        takesDeltas = try fields.bool(.deltas, scanner) ?? false
        givesVersions = try fields.bool(.versions, scanner) ?? false
        page = try fields.string(.page, scanner)
        importMaps = try fields.strings(.importMaps, scanner)
        files = try fields.optionalTable(.files, scanner) ?? [:]
        self.id = id
        guard modules.count <= ProtocolLimits.hotModules else {
            throw ModuleError(
                .tooLarge,
                message: "A hot:running may name \(ProtocolLimits.hotModules) modules, not \(modules.count).")
        }
        guard files.count <= ProtocolLimits.hotFiles else {
            throw ModuleError(
                .tooLarge,
                message: "A hot:running may name \(ProtocolLimits.hotFiles) files, not \(files.count).")
        }
    }
}

/// A `hot:versions` of a client: texts of what its page runs, which the server knows nothing of.
package struct HotVersions: Sendable, Equatable {
    /// Path → text.
    package var texts: [String: String]
    /// Whether another part of this answer follows.
    package var hasMore: Bool

    init(_ fields: Fields, scanner: JSONScanner) throws(ModuleError) {
        texts = try fields.table(.texts, scanner) ?? [:]
        hasMore = try fields.bool(.more, scanner) ?? false
    }
}

/// A `hot:invalidate` of a client: a module refuses its own update at run time.
package struct HotInvalidation: Sendable, Equatable {
    /// The module that called `import.meta.hot.invalidate()`.
    package var path: String
    /// What it said.
    package var message: String?
    /// The module with whose call this began, if an invalidation led to this one.
    package var firstInvalidatedBy: String?
    /// The request's `id`.
    package var id: RequestID?

    init(_ fields: Fields, id: RequestID?, scanner: JSONScanner) throws(ModuleError) {
        path = try fields.required(.path, of: "hot:invalidate", scanner)
        message = try fields.string(.message, scanner)
        firstInvalidatedBy = try fields.string(.firstInvalidatedBy, scanner)
        self.id = id
    }
}
