import Logging
import ModuleGraph
import ModuleProtocol
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The modules of a site: from disk, else from the upstream; by content hash, with frames ready to send.
///
/// Everything that reads, hashes, lexes or compresses runs on the thread pool; event loops only look things up.
///
/// ```swift
/// let store = try ModuleStore(configuration: .init(root: "."), threadPool: pool, logger: logger)
/// if let module = store.cached(raw: "lib/a.mjs", form: .response) {
///     send(try module.message(.response, id: id))
/// } else {
///     let path = try ModulePath(parsing: "lib/a.mjs")
///     store.load(path, form: .response, on: eventLoop).whenSuccess { … }
/// }
/// ```
package final class ModuleStore: Sendable {
    /// What a store serves.
    package struct Configuration: Sendable {
        /// The folder below which modules are looked for.
        package var root: String
        /// URL prefixes served from other folders.
        package var mounts: [(urlPrefix: String, folder: String)]
        /// Bytes of modules and frames kept in memory.
        package var cacheBytes: Int
        /// Where a module's text is looked for first.
        package var preference: SourcePreference
        /// What is tried behind a name without a file, such as `.js` and `/index.js`; browsers do not guess.
        package var extensionGuess: ExtensionGuess
        /// Limits of the wire protocol.
        package var limits: ProtocolLimits

        /// Creates a configuration.
        /// - Parameters:
        ///   - root: The folder below which modules are looked for; may be a symbolic link.
        ///   - mounts: URL prefixes served from other folders.
        ///   - cacheBytes: Bytes of modules and frames kept in memory.
        ///   - preference: Where a module's text is looked for first.
        ///   - extensionGuess: What is tried behind a name without a file.
        ///   - limits: Limits of the wire protocol.
        package init(
            root: String, mounts: [(urlPrefix: String, folder: String)] = [],
            cacheBytes: Int = StoreLimits.cacheBytes, preference: SourcePreference = .disk,
            extensionGuess: ExtensionGuess = .none, limits: ProtocolLimits = .default
        ) {
            self.root = root
            self.mounts = mounts
            self.cacheBytes = cacheBytes
            self.preference = preference
            self.extensionGuess = extensionGuess
            self.limits = limits
        }
    }

    /// What the store asks of a file watcher.
    struct WatchHooks: Sendable {
        var watch: @Sendable (String) -> Bool = { _ in false }
        var isIgnored: @Sendable (String, Bool) -> Bool = { _, _ in false }
        /// For tests: called when a load has read its file and has not yet published it.
        var didRead: @Sendable (String) -> Void = { _ in }
    }

    struct State: Sendable {
        var cache: ModuleCache
        /// Counts reported changes, so that a load notices one that came while it was reading.
        var generation: UInt64 = 0
        var flights: [ByteKey: Flight] = [:]
        var comparisons: [ByteKey: UpstreamComparison] = [:]
    }

    /// Decides which file a path may name.
    package let authoriser: PathAuthoriser

    let configuration: Configuration
    let upstream: (any UpstreamFetching)?
    let threadPool: NIOThreadPool
    let logger: Logger
    let deflaters = DeflaterPool()
    let state: NIOLockedValueBox<State>
    /// Never taken while `state` is held.
    let index = NIOLockedValueBox(FileIndex())
    let indexWaiters = NIOLockedValueBox<[EventLoopPromise<Void>]>([])
    /// Held from reading a changed file until its change is decided, so that the last read decides last.
    let changeOrder = NIOLock()
    let hooks = NIOLockedValueBox(WatchHooks())
    let largeFileHashes = NIOLockedValueBox<[FileSignature: String]>([:])

    /// Creates a store; reads nothing yet.
    /// - Parameters:
    ///   - configuration: What to serve.
    ///   - upstream: Asked for what is not on disk.
    ///   - threadPool: Where files are read; must run for as long as the store is used.
    ///   - logger: Told of what goes wrong on disk.
    /// - Throws: ``StoreSetupError`` when the root or a mount cannot be served.
    package init(
        configuration: Configuration, upstream: (any UpstreamFetching)? = nil, threadPool: NIOThreadPool,
        logger: Logger
    ) throws(StoreSetupError) {
        authoriser = try PathAuthoriser(root: configuration.root, mounts: configuration.mounts)
        self.configuration = configuration
        self.upstream = upstream
        self.threadPool = threadPool
        self.logger = logger
        state = NIOLockedValueBox(State(cache: ModuleCache(maximumBytes: configuration.cacheBytes)))
    }

    /// The real paths of the root and of every mount, each once: what is to be watched.
    package var folders: [String] {
        authoriser.folders.reduce(into: []) { paths, folder in
            if !paths.contains(folder.canonicalPath) { paths.append(folder.canonicalPath) }
        }
    }

    /// Connects the store with a file watcher.
    ///
    /// Call it before the first load; without it every load looks at its file.
    /// - Parameters:
    ///   - watch: Called before a file is read, with its real path, on the store's threads: sees to it that changes
    ///     of the file are reported to ``apply(canonicalPath:isDirectory:acceptsEmpty:)``, and returns whether they
    ///     will be, promptly.
    ///   - isIgnored: Whether a real path is left out of the baseline and of lists; the flag says whether it is a
    ///     folder.
    package func observe(
        watch: @escaping @Sendable (String) -> Bool,
        isIgnored: @escaping @Sendable (_ canonicalPath: String, _ isDirectory: Bool) -> Bool
    ) {
        hooks.withLockedValue { hooks in
            hooks.watch = watch
            hooks.isIgnored = isIgnored
        }
    }

    /// Says that the watcher is about to be started: of whatever changes from now on, a report is due.
    ///
    /// Any thread; call it before ``indexTree()``.
    package func watchingBegins() {
        index.withLockedValue { $0.watchedSince = FileSignature.stampClock }
    }

    /// Counts the changes that were reported: what was gathered from ``cached(raw:form:deflated:)`` holds while it
    /// stays the same.
    package var changeCount: UInt64 { state.withLockedValue { $0.generation } }

    /// Reads a file that is no module, such as a configured import map.
    /// - Parameters:
    ///   - path: The file's path; not checked against the root.
    ///   - eventLoop: Where the future is completed.
    /// - Returns: The content; fails with a text that says why there is none.
    package func readFile(_ path: String, on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        threadPool.runIfActive(eventLoop: eventLoop) {
            try FileReader.read(path, limit: self.configuration.limits.moduleBytes, patience: .request)
                .content
        }
    }

    /// Bytes of modules and frames in memory.
    package var cachedBytes: Int { state.withLockedValue { $0.cache.bytes } }

    /// Number of modules in memory.
    package var cachedCount: Int { state.withLockedValue { $0.cache.count } }

    /// The module for a path as a client wrote it, if it can be answered without looking at any file.
    ///
    /// For event loops: one lock, one look-up, no parsing. `nil` means: parse the path and ``load(_:form:deflated:on:)``.
    /// - Parameters:
    ///   - raw: A request's path; only normalised ones are found.
    ///   - form: The frame that must be there; `nil` when only the content is wanted.
    ///   - deflated: Whether the client takes compressed frames: a frame that is not compressed yet will be, in the
    ///     background.
    package func cached(raw: String, form: ModuleForm? = nil, deflated: Bool = false) -> StoredModule? {
        let key = ByteKey(raw)
        guard let module = state.withLockedValue({ $0.cache.fresh(key) }) else { return nil }
        if let form {
            guard module.isPrepared(form) else { return nil }
            if deflated { deflateLater(module, form) }
        }
        return module
    }

    /// The module of a path, if it can be answered without looking at any file.
    ///
    /// See ``cached(raw:form:deflated:)``.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - form: The frame that must be there.
    ///   - deflated: Whether the client takes compressed frames.
    package func cached(_ path: ModulePath, form: ModuleForm? = nil, deflated: Bool = false) -> StoredModule?
    {
        cached(raw: path.string, form: form, deflated: deflated)
    }

    /// Compresses a frame on the thread pool, if that was not begun before.
    func deflateLater(_ module: StoredModule, _ form: ModuleForm) {
        guard module.claimDeflate(form) else { return }
        threadPool.submit { state in
            guard case .active = state else { return }
            self.deflateNow(module, form)
        }
    }

    /// Compresses a frame that this caller has claimed.
    func deflateNow(_ module: StoredModule, _ form: ModuleForm) {
        deflaters.withDeflater { module.deflate(form, with: $0) }
        state.withLockedValue { $0.cache.recharge(module) }
    }
}
