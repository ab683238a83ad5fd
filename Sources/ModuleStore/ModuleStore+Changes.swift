import ModuleProtocol
import NIOCore

extension ModuleStore {
    /// Takes a change that a file watcher reported: reads the file whole, hashes it, and compares.
    ///
    /// Blocks for as long as the reading takes. May be called on any thread that may block; changes are decided one
    /// after the other.
    /// - Parameters:
    ///   - canonicalPath: The real path of the file or folder.
    ///   - isDirectory: Whether the watcher took it for a folder.
    ///   - isCreated: Whether the watcher saw it appear.
    ///   - acceptsEmpty: Whether an empty or missing file is to be believed. Pass `false` until a few retries after
    ///     ``ChangeOutcome/unstable`` have passed: editors empty or remove a file before they write it anew.
    package func apply(
        canonicalPath: String, isDirectory: Bool = false, isCreated: Bool = false, acceptsEmpty: Bool
    ) -> ChangeOutcome {
        state.withLockedValue { $0.generation &+= 1 }
        return changeOrder.withLock {
            var changes = ChangeList()
            let isStable: Bool
            switch FileKind.ofPath(canonicalPath)?.kind {
            case .regular:
                decideReplacedLink(at: canonicalPath, into: &changes)
                isStable = decideFile(
                    canonicalPath, isCreated: isCreated, acceptsEmpty: acceptsEmpty, into: &changes)
            case .folder, .link:
                isStable = decideBelow(canonicalPath, acceptsEmpty: acceptsEmpty, into: &changes)
                decideLinks(through: canonicalPath, into: &changes)
            case .other, nil:
                isStable =
                    decideRemoval(canonicalPath, acceptsRemoval: acceptsEmpty, into: &changes)
                    && (!isDirectory
                        || decideBelow(canonicalPath, acceptsEmpty: acceptsEmpty, into: &changes))
                decideLinks(through: canonicalPath, into: &changes)
            }
            // What is decided has been taken note of and would not come again.
            if !changes.list.isEmpty { return .changed(changes.list) }
            return isStable ? .unchanged : .unstable
        }
    }

    /// Compares everything with the disk, after the watcher has lost track.
    ///
    /// Blocks: for the thread pool.
    /// - Returns: What has changed, to be told to every client.
    package func rescan() -> [ModuleChange] {
        state.withLockedValue { $0.generation &+= 1 }
        var changes = ChangeList()
        let known = index.withLockedValue { $0 }
        for path in known.paths {
            if let before = known[path], let signature = before.signature, !before.hasDiverged,
                !before.isUntold, let current = FileKind.ofPath(path), current.kind == .regular,
                current.signature == signature
            {
                continue
            }
            changeOrder.withLock { decide(path, into: &changes) }
        }
        if known.progress != .notStarted {
            let knowsAll = known.isComplete
            walk { path, signature in
                guard index.withLockedValue({ $0[path]?.isUntold ?? true }) else { return }
                // Beyond the baseline's limits an unknown file need not be a new one.
                let wasThere = known.isPassedOver(path)
                guard knowsAll || wasThere, !known.isUntouched(path, signature) else { return }
                changeOrder.withLock {
                    _ = decideFile(
                        path, isCreated: !wasThere, acceptsEmpty: true, into: &changes)
                }
            }
        }
        changeOrder.withLock { decideLinks(through: nil, into: &changes) }
        return changes.list
    }

    /// What is to be told of a change by now; `nil` when something newer was decided, which is told by itself.
    ///
    /// For whoever tells of changes that several threads decided: the last word on a module must be the newest.
    /// May look at the file system.
    package func stillHolding(_ change: ModuleChange) -> ModuleChange? {
        // Its hash is the upstream's.
        guard change.compiledHash == nil else { return change }
        let cached = state.withLockedValue { $0.cache.record(ByteKey(change.path.string))?.module }
        let file = cached?.canonicalFile ?? authoriser.plainFile(of: change.path)
        if let known = index.withLockedValue({ $0[file] }) {
            if known.hash == change.hash { return change }
            guard change.kind == .added else { return nil }
            // That it is new is told only once.
            return ModuleChange(path: change.path, hash: known.hash, kind: .added)
        }
        // What is nowhere is gone again; a link is known by what it leads to.
        return change.hash == nil || FileKind.ofPath(file) != nil ? change : nil
    }

    // MARK: Decisions, all under `changeOrder`

    private func decide(_ path: String, into changes: inout ChangeList) {
        if FileKind.ofPath(path)?.kind == .regular {
            _ = decideFile(path, isCreated: false, acceptsEmpty: true, into: &changes)
        } else {
            _ = decideRemoval(path, acceptsRemoval: true, into: &changes)
        }
    }

    /// - Returns: `false` when the file has to be looked at again.
    private func decideFile(
        _ path: String, isCreated: Bool, acceptsEmpty: Bool, into changes: inout ChangeList
    ) -> Bool {
        let affected = Affected(of: path, in: self)
        guard affected.isOfInterest else { return true }
        let content: ByteBuffer
        let signature: FileSignature?
        do throws(FileReader.Failure) {
            (content, signature) = try FileReader.read(
                path, limit: configuration.limits.moduleBytes, patience: .event)
        } catch {
            switch error {
            case .unstable, .system:
                state.withLockedValue { $0.cache.markStale(file: path) }
                return false
            case .missing, .notRegular, .notPermitted, .tooLarge:
                return decideRemoval(
                    path, acceptsRemoval: error == .missing ? acceptsEmpty : true, into: &changes)
            }
        }
        if content.readableBytes == 0, !acceptsEmpty, affected.known?.size != 0 { return false }
        let hash = ContentHash.sha256Prefix(content)
        guard affected.isNews(hash) else { return true }
        let isNew = index.withLockedValue { index in
            let wasMissing = index.isComplete && !index.isPassedOver(path)
            return affected.isNew ? isCreated || wasMissing : affected.isUntold && isCreated
        }
        replace(affected, with: content, hash: hash, signature: signature)
        index.withLockedValue {
            $0[path] = .init(hash: hash, size: content.readableBytes, signature: signature)
        }
        changes.add(
            affected.paths, hash: hash, kind: isNew ? .added : .changed, compiled: compiled(affected))
        if isNew { decideGuesses(of: affected.paths, into: &changes) }
        return true
    }

    /// What clients have of the file as the upstream made it, and would get again from there.
    private func compiled(_ affected: Affected) -> [StoredModule] {
        affected.shadowed.map(\.module).filter { prefersUpstream($0.path) }
    }

    /// A new file may be what a name without extension stands for from now on.
    private func decideGuesses(of paths: [ModulePath], into changes: inout ChangeList) {
        for path in paths.flatMap(guessedPaths) {
            guard let module = state.withLockedValue({ $0.cache.record(ByteKey(path.string))?.module }),
                let file = module.canonicalFile
            else { continue }
            decideLink(module, file: file, into: &changes)
        }
    }

    private func decideRemoval(
        _ path: String, acceptsRemoval: Bool, into changes: inout ChangeList
    ) -> Bool {
        let affected = Affected(of: path, in: self)
        let compiled = compiled(affected)
        guard affected.known != nil || !affected.records.isEmpty || !compiled.isEmpty else { return true }
        guard acceptsRemoval else { return false }
        index.withLockedValue { $0[path] = nil }
        state.withLockedValue { state in
            for record in affected.records { state.cache.remove(ByteKey(record.module.path.string)) }
        }
        changes.add(affected.paths, hash: nil, kind: .removed, compiled: compiled)
        return true
    }

    /// Looks at every known file below a folder that appeared, was replaced or is gone.
    private func decideBelow(_ folder: String, acceptsEmpty: Bool, into changes: inout ChangeList) -> Bool {
        let paths = index.withLockedValue { $0.paths(below: folder) }
        var isStable = true
        for path in paths {
            if FileKind.ofPath(path)?.kind == .regular {
                let isDecided = decideFile(
                    path, isCreated: false, acceptsEmpty: acceptsEmpty, into: &changes)
                isStable = isStable && isDecided
            } else {
                let isDecided = decideRemoval(path, acceptsRemoval: acceptsEmpty, into: &changes)
                isStable = isStable && isDecided
            }
        }
        return isStable
    }

    /// A file that took the place of a link: what was read through the link is out of date.
    private func decideReplacedLink(at place: String, into changes: inout ChangeList) {
        for path in authoriser.modulePaths(ofCanonicalPath: place) {
            guard let module = state.withLockedValue({ $0.cache.record(ByteKey(path.string))?.module }),
                let file = module.canonicalFile, file != place
            else { continue }
            decideLink(module, file: file, into: &changes)
        }
    }

    /// Looks at modules whose path leads through a symbolic link: it may lead elsewhere now.
    /// - Parameter place: The real path of a link or folder that changed; `nil` for all links.
    private func decideLinks(through place: String?, into changes: inout ChangeList) {
        let prefixes = place.map { authoriser.modulePaths(ofCanonicalPath: $0).map(\.filePath) }
        if let prefixes, prefixes.isEmpty { return }
        let records = state.withLockedValue { $0.cache.records }
        for record in records {
            guard let file = record.module.canonicalFile else { continue }
            let filePath = record.module.path.filePath
            if let prefixes {
                let isBelow = prefixes.contains { prefix in
                    filePath.utf8.starts(with: prefix.utf8)
                        && (filePath.utf8.count == prefix.utf8.count
                            || filePath.utf8.dropFirst(prefix.utf8.count).first == UInt8(ascii: "/"))
                }
                guard isBelow, file != place else { continue }
            }
            guard !authoriser.modulePaths(ofCanonicalPath: file).contains(where: { $0.filePath == filePath })
            else { continue }
            decideLink(record.module, file: file, into: &changes)
        }
    }

    private func decideLink(_ module: StoredModule, file: String, into changes: inout ChangeList) {
        var hash: String?
        if let outcome = try? locate(module.path), case .file(let current, _) = outcome {
            if current == file { return }
            let limit = configuration.limits.moduleBytes
            if let read = try? FileReader.read(current, limit: limit, patience: .event) {
                hash = ContentHash.sha256Prefix(read.content)
            }
        }
        state.withLockedValue { $0.cache.remove(ByteKey(module.path.string)) }
        guard hash != module.hash else { return }
        changes.add([module.path], hash: hash, kind: hash == nil ? .removed : .changed)
    }

    private func replace(
        _ affected: Affected, with content: ByteBuffer, hash: String, signature: FileSignature?
    ) {
        for record in affected.records where record.module.hash != hash {
            let old = record.module
            let module = StoredModule(
                path: old.path, hash: hash, content: content, contentType: old.contentType, source: .disk,
                canonicalFile: old.canonicalFile, base: old.base)
            state.withLockedValue {
                $0.cache.insert(
                    .init(
                        module: module, signature: signature, isWatched: record.isWatched,
                        isFresh: record.isWatched))
            }
        }
    }
}

/// What a file's change concerns.
private struct Affected {
    let known: FileIndex.Known?
    /// Modules in memory that were read from it.
    let records: [ModuleCache.Record]
    /// Modules in memory that came from the upstream, in whose place the file now is.
    let shadowed: [ModuleCache.Record]
    /// Every path it is served under.
    let paths: [ModulePath]

    init(of canonicalPath: String, in store: ModuleStore) {
        known = store.index.withLockedValue { $0[canonicalPath] }
        let direct = store.authoriser.modulePaths(ofCanonicalPath: canonicalPath)
        (records, shadowed) = store.state.withLockedValue { state in
            (
                state.cache.records(ofFile: canonicalPath),
                direct.flatMap { state.cache.upstreamRecords(ofFilePath: $0.filePath) }
            )
        }
        paths = Set(direct + records.map(\.module.path)).sorted()
    }

    var isOfInterest: Bool { !paths.isEmpty || known != nil }

    /// Whether nobody has heard of the file.
    var isNew: Bool { known == nil && records.isEmpty && shadowed.isEmpty }

    /// Whether only those have heard of it who asked for it.
    var isUntold: Bool { known?.isUntold == true }

    func isNews(_ hash: String) -> Bool {
        if let known, known.hash != hash || known.hasDiverged || known.isUntold { return true }
        if records.contains(where: { $0.module.hash != hash }) { return true }
        if known == nil, records.isEmpty {
            return shadowed.isEmpty || shadowed.contains { $0.module.hash != hash }
        }
        return false
    }
}

/// Changes in order, one for each path: what it was first, with the last bytes.
struct ChangeList {
    private(set) var list: [ModuleChange] = []
    private var places: [ModulePath: Int] = [:]

    /// - Parameter compiled: Modules that the upstream made of the file: their new hash is the upstream's to tell.
    mutating func add(
        _ paths: [ModulePath], hash: String?, kind: ModuleChangeKind, compiled: [StoredModule] = []
    ) {
        for path in paths where !compiled.contains(where: { $0.path == path }) {
            add(ModuleChange(path: path, hash: hash, kind: kind))
        }
        for module in compiled {
            add(ModuleChange(path: module.path, hash: hash, kind: .changed, compiledHash: module.hash))
        }
    }

    private mutating func add(_ change: ModuleChange) {
        if let place = places[change.path] {
            if (change.hash == nil) == (list[place].hash == nil) {
                list[place].hash = change.hash
            } else {
                list[place] = change
            }
        } else {
            places[change.path] = list.count
            list.append(change)
        }
    }
}
