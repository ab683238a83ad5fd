import Logging
import ModuleProtocol
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import ModuleStore

/// A store over a temporary folder, with threads of its own.
final class StoreFixture: Sendable {
    let folder: TemporaryFolder
    let store: ModuleStore
    let watcher: PretendedWatcher
    let eventLoop: any EventLoop
    private let threadPool: NIOThreadPool

    init(
        _ folder: TemporaryFolder? = nil, root: String? = nil,
        mounts: [(urlPrefix: String, folder: String)] = [],
        cacheBytes: Int = StoreLimits.cacheBytes, limits: ProtocolLimits = .default,
        upstream: (any UpstreamFetching)? = nil, watches: Bool = true
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        threadPool = NIOThreadPool(numberOfThreads: 3)
        threadPool.start()
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        store = try ModuleStore(
            configuration: .init(
                root: root ?? folder.path, mounts: mounts, cacheBytes: cacheBytes, limits: limits),
            upstream: upstream, threadPool: threadPool, logger: Logger(label: "test"))
        let watcher = PretendedWatcher(reports: watches)
        self.watcher = watcher
        store.observe(watch: { watcher.watch($0) }, isIgnored: { path, _ in path.contains("/ignored") })
    }

    deinit { threadPool.shutdownGracefully { _ in } }

    func path(_ raw: String) throws -> ModulePath { try ModulePath(parsing: raw) }

    func load(_ raw: String, form: ModuleForm? = nil, deflated: Bool = false) async throws -> StoredModule {
        try await store.load(path(raw), form: form, deflated: deflated, on: eventLoop).get()
    }

    func text(_ raw: String) async throws -> String { String(buffer: try await load(raw).content) }

    /// The error of a load that must fail.
    func failure(_ raw: String, form: ModuleForm? = nil) async throws -> ModuleError {
        do {
            _ = try await load(raw, form: form)
        } catch let error as ModuleError {
            return error
        }
        throw Unexpected("\(raw) was loaded")
    }

    func open(_ raw: String) async throws -> FileLookup {
        try await store.openFile(path(raw), on: eventLoop).get()
    }

    func apply(_ name: String, isCreated: Bool = false, acceptsEmpty: Bool = false) -> ChangeOutcome {
        store.apply(canonicalPath: folder.path + "/" + name, isCreated: isCreated, acceptsEmpty: acceptsEmpty)
    }

    /// What `apply` is to return for one changed module.
    func changed(_ raw: String, _ content: String?, _ kind: ModuleChangeKind = .changed) throws
        -> ChangeOutcome
    {
        .changed([try change(raw, content, kind)])
    }

    func change(_ raw: String, _ content: String?, _ kind: ModuleChangeKind = .changed) throws -> ModuleChange
    {
        ModuleChange(path: try path(raw), hash: content.map { hash($0) }, kind: kind)
    }
}

func hash(_ text: String) -> String { ContentHash.sha256Prefix(ByteBuffer(string: text)) }

struct Unexpected: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// Stands in for the file watcher's two look-ups.
final class PretendedWatcher: Sendable {
    private let reports: Bool
    private let watched = NIOLockedValueBox<Set<String>>([])
    private let beforeRead = NIOLockedValueBox<(@Sendable (String) -> Void)?>(nil)

    init(reports: Bool) { self.reports = reports }

    var paths: Set<String> { watched.withLockedValue { $0 } }

    /// Runs just before a file is read.
    func whenWatched(_ action: (@Sendable (String) -> Void)?) { beforeRead.withLockedValue { $0 = action } }

    func watch(_ path: String) -> Bool {
        _ = watched.withLockedValue { $0.insert(path) }
        beforeRead.withLockedValue { $0 }?(path)
        return reports
    }
}

/// Waits until a condition holds; gives up after a minute.
func eventually(_ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
        guard ContinuousClock.now < deadline else { throw Unexpected("still not so after a minute") }
        try await Task.sleep(for: .milliseconds(2))
    }
}
