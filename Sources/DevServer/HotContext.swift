import ModuleGraph
import ModuleProtocol
import ModuleStore
import NIOCore
import WebSocketDeflate

/// What decides about updates besides the modules that a page runs: pages with the same are told the same.
///
/// Immutable, safe on any thread.
final class HotContext: Sendable {
    struct Key: Hashable, Sendable {
        var importMap: ImportMap
        var siteAuthorities: [String]
        var takesDeltas: Bool
    }

    let key: Key
    let links: PageLinks

    init(_ key: Key) {
        self.key = key
        links = PageLinks(importMap: key.importMap, siteAuthorities: key.siteAuthorities)
    }
}

/// Where a session's messages go.
struct HotTarget: Sendable {
    let handler: NIOLoopBound<SessionHandler>
    let eventLoop: any EventLoop
    /// Whether the session takes what was compressed once for all.
    let takesDeflate: Bool

    /// Queues messages for sessions, one hop for each event loop.
    /// - Parameter deflate: Compresses a message; called only if a session takes that.
    static func send(
        _ messages: [OutboundMessage], to targets: [HotTarget],
        deflate: (OutboundMessage) -> OutboundMessage
    ) {
        guard !messages.isEmpty else { return }
        let deflated = targets.contains(where: \.takesDeflate) ? messages.map(deflate) : messages
        var byLoop: [ObjectIdentifier: [HotTarget]] = [:]
        for target in targets { byLoop[ObjectIdentifier(target.eventLoop), default: []].append(target) }
        for targets in byLoop.values {
            targets[0].eventLoop.execute {
                for target in targets {
                    target.handler.value.tell(target.takesDeflate ? deflated : messages)
                }
            }
        }
    }
}

/// What became of a module, whatever pages run it.
struct ModuleNews: Sendable {
    enum Outcome: Sendable {
        case part(PackPart)
        case gone(ModuleError)
    }

    let path: ModulePath
    let outcome: Outcome

    /// The same with the version that is in memory by now: what is told must not go back to an older one.
    func updated(by store: ModuleStore) -> ModuleNews {
        guard case .part(let part) = outcome else { return self }
        let latest = store.latest(part.module)
        return latest === part.module ? self : ModuleNews(path: path, outcome: .part(latest.packPart()))
    }

    /// What it means for pages of a context.
    func hotChange(_ context: HotContext) -> HotChange {
        switch outcome {
        case .part(let part):
            HotChange(
                path: path, outcome: .version(context.links.hotNode(of: part), part.links.syntaxError))
        case .gone(let error):
            HotChange(path: path, outcome: .gone(code: error.code.rawValue, message: error.message))
        }
    }
}

/// A session's report, with what the store knows of it.
struct HotReportFindings: Sendable {
    enum Lookup: Sendable {
        case found(PackPart)
        case gone(ModuleError)
        /// The upstream does not tell.
        case unknown
    }

    struct Item: Sendable {
        let path: ModulePath
        /// The hash that the page reports.
        let hash: String
        var lookup: Lookup
    }

    var modules: [Item] = []
    /// The hashes of what was sent and does not run; the items name what does.
    var failed: [ModulePath: String] = [:]
    var entries: [ModulePath] = []
    var hasAllEntries = false
    var resets: Bool
    /// Whether this is not the client's, but about what nothing was known of when it reported.
    var isRepeated = false
    var context: HotContext
}

/// Earlier versions of large modules, so that newer ones can be sent as deltas.
///
/// Bounded; what came first goes first.
struct DeltaBases: Sendable {
    private struct Key: Hashable, Sendable {
        let path: ModulePath
        let hash: String
    }

    private let maximumBytes: Int
    private var bytes = 0
    private var contents: [Key: ByteBuffer] = [:]
    private var order = CircularBuffer<Key>()

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    subscript(path: ModulePath, hash: String) -> ByteBuffer? { contents[Key(path: path, hash: hash)] }

    /// Keeps a version that pages run, if it is large enough and text.
    mutating func add(_ module: StoredModule, if isWanted: Bool) {
        guard isWanted, module.isUTF8, module.size > StoreLimits.deltaBytes, module.size <= maximumBytes
        else { return }
        let key = Key(path: module.path, hash: module.hash)
        guard contents.updateValue(module.content, forKey: key) == nil else { return }
        order.append(key)
        bytes += module.size
        while bytes > maximumBytes, let oldest = order.popFirst() {
            bytes -= contents.removeValue(forKey: oldest)?.readableBytes ?? 0
        }
    }
}
