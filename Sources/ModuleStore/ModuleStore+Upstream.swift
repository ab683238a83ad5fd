import ModuleProtocol
import NIOCore

extension ModuleStore {
    /// Asks the upstream for what is not on disk, or whether its copy in memory is current.
    func fetch(_ path: ModulePath, isFolder: Bool) {
        guard let upstream else {
            land(path, .failure(notFound(path, isFolder: isFolder, upstreamStatus: nil)))
            return
        }
        let known = state.withLockedValue { $0.cache.record(ByteKey(path.string)) }
        request(path, from: upstream, known: known?.module.source == .upstream ? known : nil)
    }

    private func request(
        _ path: ModulePath, from upstream: any UpstreamFetching, known: ModuleCache.Record?
    ) {
        let request = UpstreamModuleRequest(
            urlPath: path.urlPath, etag: known?.validators?.etag,
            lastModified: known?.validators?.lastModified, maxBodyBytes: configuration.limits.moduleBytes)
        upstream.fetchModule(request) { result in
            // Hashing and frames are not for the upstream's thread.
            self.onThreadPool(path) { self.receive(result, for: path, from: upstream, known: known) }
        }
    }

    private func receive(
        _ result: Result<UpstreamModuleAnswer, ModuleError>, for path: ModulePath,
        from upstream: any UpstreamFetching, known: ModuleCache.Record?
    ) {
        switch result {
        case .success(.notModified):
            if let known {
                land(path, .success(known.module))
            } else {
                // No validator was sent, so this is the upstream's fault.
                land(path, .failure(statusError(304, path)))
            }
        case .success(.content(let content)):
            accept(content, for: path, known: known)
        case .success(.status(let status)):
            forget(path)
            let isGone = status == 404 || status == 410
            if isGone, prefersUpstream(path) {
                landFromDisk(path, upstreamStatus: status)
                return
            }
            land(
                path,
                .failure(
                    isGone
                        ? notFound(path, isFolder: false, upstreamStatus: status) : statusError(status, path))
            )
        case .failure(let failure):
            var failure = failure
            failure.path = path.string
            failure.message = "The upstream could not give \"\(path.string)\": \(failure.message)"
            land(path, .failure(failure))
        }
    }

    /// What the upstream was preferred for and does not have may be a file.
    private func landFromDisk(_ path: ModulePath, upstreamStatus: Int) {
        switch loadFromDisk(path) {
        case .module(let module): land(path, .success(module))
        case .failure(let error): land(path, .failure(error))
        case .missing(let isFolder):
            land(path, .failure(notFound(path, isFolder: isFolder, upstreamStatus: upstreamStatus)))
        }
    }

    private func accept(_ content: UpstreamContent, for path: ModulePath, known: ModuleCache.Record?) {
        guard content.body.readableBytes <= configuration.limits.moduleBytes else {
            land(path, .failure(moduleError(.tooLarge(content.body.readableBytes), path)))
            return
        }
        let hash = ContentHash.sha256Prefix(content.body)
        let contentType =
            content.contentType.map(MIMEType.essence(ofHeader:)) ?? MIMEType.essence(forPath: path.filePath)
        let module: StoredModule
        if let known, known.module.hash == hash, known.module.contentType == contentType,
            content.redirectedTo == nil
        {
            module = known.module
        } else {
            module = StoredModule(
                path: path, hash: hash, content: content.body, contentType: contentType, source: .upstream,
                canonicalFile: nil, base: content.redirectedTo.flatMap { try? ModulePath(parsing: $0) })
        }
        let hasValidator = content.etag != nil || content.lastModified != nil
        let record = ModuleCache.Record(
            module: module,
            validators: hasValidator
                ? ModuleCache.Validators(etag: content.etag, lastModified: content.lastModified) : nil)
        state.withLockedValue { $0.cache.insert(record) }
        land(path, .success(module))
    }

    private func forget(_ path: ModulePath) {
        state.withLockedValue { $0.cache.remove(ByteKey(path.string)) }
    }

    private func statusError(_ status: Int, _ path: ModulePath) -> ModuleError {
        ModuleError(
            .upstreamStatus, path: path.string,
            message: "The upstream answered \(status) for \"\(path.string)\". Its own log says why.")
    }
}
