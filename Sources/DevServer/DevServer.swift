import FileWatcher
import Logging
import ModuleProtocol
import ModuleStore
import NIOCore
import NIOExtras
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Upstream

/// The whole server: routes, sessions, store, watcher and upstream, from start to graceful stop.
///
/// ```swift
/// let server = try DevServer(configuration: .init(root: "."), logger: logger) { print($0) }
/// try await server.run()
/// ```
package final class DevServer: Service {
    private let configuration: DevServerConfiguration
    private let logger: Logger
    private let onReady: @Sendable ([String]) -> Void

    /// Creates a server; nothing is opened or listened on before ``run()``.
    /// - Parameters:
    ///   - configuration: What to serve, where and to whom.
    ///   - logger: Where the server and its parts log to.
    ///   - onReady: Called once with the URLs, such as `http://127.0.0.1:8889`, when all of them are listened on.
    package init(
        configuration: DevServerConfiguration, logger: Logger,
        onReady: @escaping @Sendable ([String]) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onReady = onReady
    }

    /// Serves until a graceful shutdown is triggered or the task is cancelled, then closes every session with
    /// 1001, flushes, and releases everything.
    /// - Throws: ``StartupError`` when it cannot start.
    package func run() async throws {
        let tls = try configuration.tls?.makeContext()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: ServerLimits.eventLoops)
        let threadPool = NIOThreadPool(numberOfThreads: ServerLimits.fileThreads)
        threadPool.start()
        do {
            try await serve(group: group, threadPool: threadPool, tls: tls)
        } catch {
            try? await threadPool.shutdownGracefully()
            try? await group.shutdownGracefully()
            throw error
        }
        try await threadPool.shutdownGracefully()
        try await group.shutdownGracefully()
    }

    private func serve(
        group: MultiThreadedEventLoopGroup, threadPool: NIOThreadPool, tls: NIOSSLContext?
    ) async throws {
        let upstream = try makeUpstream()
        upstream?.start()
        defer { upstream?.stop() }

        let store = try makeStore(upstream: upstream, threadPool: threadPool)
        let registry = SessionRegistry(group: group, historyEvents: configuration.historyEvents)
        let hot = HotUpdates(store: store, registry: registry)
        let pump = UpdatePump(
            store: store, registry: registry, hot: hot, burst: ChangeBurst(),
            repositories: RepositoryLocks(folders: store.folders), threadPool: threadPool,
            eventLoop: group.next(), logger: logger)
        let watcher = FileWatcher(
            configuration: .init(roots: store.folders, ignoreGlobs: configuration.ignore), logger: logger,
            onEvent: { pump.handle($0) })
        store.observe(
            watch: { path in
                watcher.watchFile(path)
                return watcher.isWatched(path)
            },
            isIgnored: { watcher.isIgnored($0, isDirectory: $1) })
        store.watchingBegins()
        do {
            try watcher.start()
        } catch {
            throw StartupError(message: "Cannot watch the files: \(error.message)", exitCode: 1)
        }
        defer { watcher.stop() }
        threadPool.submit { state in
            guard case .active = state else { return }
            store.indexTree()
        }

        let context = ServerContext(
            configuration: configuration, logger: logger, store: store, upstream: upstream,
            policy: OriginPolicy(
                allowedHosts: configuration.allowedHosts, allowedOrigins: configuration.allowedOrigins),
            registry: registry, hot: hot, threadPool: threadPool,
            fileIO: NonBlockingFileIO(threadPool: threadPool),
            instance: RandomToken.make(), keptGraphs: KeptGraphs(maximumBytes: configuration.cacheBytes / 2),
            editor: configuration.editor.map { EditorLauncher(command: $0, threadPool: threadPool) })
        let listeners = try await Listeners.bind(
            configuration.listen, server: context, tls: tls, group: group, logger: logger)
        onReady(listeners.urls)
        try? await gracefulShutdown()
        await listeners.stop(on: group.next())
    }

    private func makeUpstream() throws(StartupError) -> UpstreamClient? {
        guard let base = configuration.upstream else { return nil }
        do {
            return try UpstreamClient(configuration: .init(base: base), logger: logger)
        } catch {
            throw StartupError(message: "Cannot use the upstream: \(error.message)", exitCode: 64)
        }
    }

    private func makeStore(
        upstream: UpstreamClient?, threadPool: NIOThreadPool
    ) throws(StartupError) -> ModuleStore {
        do {
            return try ModuleStore(
                configuration: .init(
                    root: configuration.root,
                    mounts: configuration.mounts.map { (urlPrefix: $0.urlPrefix, folder: $0.folder) },
                    cacheBytes: configuration.cacheBytes, preference: configuration.preference,
                    extensionGuess: configuration.extensionGuess, limits: configuration.limits),
                upstream: upstream, threadPool: threadPool, logger: logger)
        } catch {
            throw StartupError(message: error.message, exitCode: 64)
        }
    }
}
