import Glibc
import ModuleProtocol
import NIOCore

extension ModuleStore {
    enum DiskOutcome {
        case module(StoredModule)
        case missing(isFolder: Bool)
        case failure(ModuleError)
    }

    /// Reads a module's file, unless the copy in memory is current.
    ///
    /// Blocks: for the thread pool.
    func loadFromDisk(_ path: ModulePath) -> DiskOutcome {
        for attempt in 1...StoreLimits.loadAttempts {
            // The count first, then the watch, then the file: a change at any moment after is noticed.
            let generation = state.withLockedValue { $0.generation }
            let record: ModuleCache.Record
            do throws(ModuleError) {
                switch try locate(path) {
                case .missing:
                    forgetFile(of: path)
                    return .missing(isFolder: false)
                case .folder:
                    forgetFile(of: path)
                    return .missing(isFolder: true)
                case .file(let canonical, let name):
                    record = try readRecord(path, canonical: canonical, named: name)
                }
            } catch {
                forgetFile(of: path)
                return error.code == .notFound ? .missing(isFolder: false) : .failure(error)
            }
            let isLast = attempt == StoreLimits.loadAttempts
            if publish(record, readAt: generation, evenIfOutdated: isLast) { return .module(record.module) }
        }
        preconditionFailure("the last attempt is published in any case")
    }

    /// Reads a file, or finds that the copy in memory still holds.
    private func readRecord(
        _ path: ModulePath, canonical: String, named name: ModulePath
    ) throws(ModuleError) -> ModuleCache.Record {
        let watch = hooks.withLockedValue { $0.watch }
        let isWatched = watch(canonical)
        let known = state.withLockedValue { $0.cache.record(ByteKey(path.string)) }
        if let known, known.module.canonicalFile == canonical, let signature = known.signature,
            let current = FileKind.ofPath(canonical), current.kind == .regular, current.signature == signature
        {
            var record = known
            record.isWatched = isWatched
            return record
        }
        let (content, signature) = try readSettled(path, canonical: canonical)
        hooks.withLockedValue { $0.didRead }(canonical)
        let hash = ContentHash.sha256Prefix(content)
        if let known, known.module.hash == hash, known.module.canonicalFile == canonical {
            return ModuleCache.Record(module: known.module, signature: signature, isWatched: isWatched)
        }
        let module = StoredModule(
            path: path, hash: hash, content: content, contentType: MIMEType.essence(forPath: name.filePath),
            source: .disk, canonicalFile: canonical, base: name)
        return ModuleCache.Record(module: module, signature: signature, isWatched: isWatched)
    }

    /// Reads a file; an empty one that was not empty before may be just about to be written.
    private func readSettled(
        _ path: ModulePath, canonical: String
    ) throws(ModuleError) -> (content: ByteBuffer, signature: FileSignature?) {
        for attempt in 1... {
            do throws(FileReader.Failure) {
                let result = try FileReader.read(
                    canonical, limit: configuration.limits.moduleBytes, patience: .request)
                guard result.content.readableBytes == 0, attempt < StoreLimits.emptyReadAttempts,
                    result.signature == nil
                        || index.withLockedValue({ ($0[canonical]?.size ?? 0) > 0 })
                else { return result }
                usleep(StoreLimits.emptyReadDelayMicroseconds)
            } catch {
                throw moduleError(error, path)
            }
        }
        preconditionFailure("an empty file is accepted in the end")
    }

    /// Keeps what was read, unless a change was reported meanwhile.
    /// - Returns: Whether it was kept; if not, it is to be read again.
    private func publish(
        _ record: ModuleCache.Record, readAt generation: UInt64, evenIfOutdated: Bool
    ) -> Bool {
        let module = record.module
        guard let file = module.canonicalFile else { return true }
        // Before it is kept, so that a change that is decided right after sees what clients will hold.
        let isUntold = isReportDue(file, record.signature)
        let isNew = index.withLockedValue {
            $0.noteServed(
                file,
                FileIndex.Known(
                    hash: module.hash, size: module.size, signature: record.signature, isUntold: isUntold))
        }
        let isKept = state.withLockedValue { state in
            let isCurrent = state.generation == generation
            guard isCurrent || evenIfOutdated else { return false }
            var record = record
            record.isFresh = isCurrent && record.isWatched
            if self.isKept(module) { state.cache.insert(record) }
            return true
        }
        // What is untold is told in any case; somebody else may have been given it meanwhile.
        if !isKept, isNew, !isUntold { index.withLockedValue { $0.withdraw(file, hash: module.hash) } }
        return isKept
    }

    /// Whether the watcher has yet to tell of a file, if nothing is known of it.
    ///
    /// - Parameter signature: The file's, unless it is too young to have one.
    private func isReportDue(_ file: String, _ signature: FileSignature?) -> Bool {
        guard let watchedSince = index.withLockedValue({ $0.watchedSince }),
            let signature = signature ?? FileKind.ofPath(file)?.signature
        else { return false }
        // What is ignored was not watched before it was read.
        return signature.changed >= watchedSince && !hooks.withLockedValue { $0.isIgnored }(file, false)
    }

    /// Large images and the like must not push modules out of memory.
    private func isKept(_ module: StoredModule) -> Bool {
        MIMEType.isModule(module.contentType) || module.size <= StoreLimits.cachedAssetBytes
    }

    /// Drops a disk module whose file is gone; what came from the upstream stays.
    private func forgetFile(of path: ModulePath) {
        state.withLockedValue { state in
            let key = ByteKey(path.string)
            if state.cache.record(key)?.module.source == .disk { state.cache.remove(key) }
        }
    }

    func moduleError(_ failure: FileReader.Failure, _ path: ModulePath) -> ModuleError {
        let name = "\"\(path.string)\""
        switch failure {
        case .missing:
            return notFound(path, isFolder: false, upstreamStatus: nil)
        case .notRegular:
            return ModuleError(
                .forbidden, path: path.string, message: "Pitlane does not serve \(name): it is no file.")
        case .notPermitted:
            return ModuleError(
                .forbidden, path: path.string,
                message: "Pitlane may not read \(name). Check the file's permissions.")
        case .tooLarge(let size):
            return ModuleError(
                .tooLarge, path: path.string,
                message: "\(name) has \(size) bytes; a module may have \(configuration.limits.moduleBytes). "
                    + "Load it over HTTP.")
        case .unstable:
            return ModuleError(
                .internal, path: path.string,
                message: "\(name) keeps changing while it is read. Ask again when it has been written.")
        case .system(let code):
            return ModuleError(
                .internal, path: path.string,
                message: "\(name) cannot be read: \(String(cString: strerror(code))).")
        }
    }

    /// Says where a module was looked for, relative to the root.
    func notFound(_ path: ModulePath, isFolder: Bool, upstreamStatus: Int?) -> ModuleError {
        let (folder, relative) = authoriser.target(of: path.filePath)
        let place =
            folder.urlPrefix.isEmpty ? "in the root folder" : "in the folder mounted at /\(folder.urlPrefix)"
        let what = isFolder ? "\"\(relative)\" is a folder" : "there is no file \"\(relative)\""
        var message = "Pitlane found no module \"\(path.string)\": \(what) \(place)"
        if let upstreamStatus {
            message += ", and the upstream answered \(upstreamStatus)"
        }
        message += ". Check the spelling and the importing module"
        message += upstream == nil ? ", or start Pitlane with --root, --mount or --upstream." : "."
        return ModuleError(.notFound, path: path.string, message: message)
    }
}
