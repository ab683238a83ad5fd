import ModuleGraph
import ModuleProtocol
import ModuleStore
import NIOConcurrencyHelpers

/// What a graph depends on besides the files.
struct GraphKey: Hashable, Sendable {
    var entries: [ModulePath]
    var importMap: ImportMap
    var siteAuthorities: [String]
}

/// A whole graph as it was last served.
struct KeptGraph: Sendable {
    /// Every module, in the order of discovery.
    let parts: [PackPart]
    /// The packs for a client that holds nothing and takes compressed frames; made for the first such client.
    var deflatedPacks: [DeflatedPack]?
    /// Names the modules and their versions; `nil` when some are missing.
    var digest: String?

    /// The same for the same modules, in whatever order they were found.
    static func digest(of parts: [PackPart]) -> String {
        var lines: [UInt8] = []
        for module in parts.map(\.module).sorted(by: { $0.path < $1.path }) {
            lines.append(contentsOf: module.path.string.utf8)
            lines.append(0)
            lines.append(contentsOf: module.hash.utf8)
            lines.append(0)
        }
        return lines.withUnsafeBytes { ContentHash.sha256Prefix($0) }
    }

    var bytes: Int { parts.reduce(0) { $0 + $1.size } }
}

/// Graphs once served, so that the next client costs neither reads nor a walk.
///
/// Any change drops them all. Safe on any thread.
final class KeptGraphs: Sendable {
    private struct State: Sendable {
        var changeCount: UInt64 = 0
        var graphs: [GraphKey: KeptGraph] = [:]
        /// Least recently kept first.
        var order: [GraphKey] = []
        var bytes = 0
    }

    private let maximumBytes: Int
    private let state = NIOLockedValueBox(State())

    /// - Parameter maximumBytes: Bytes of modules that all kept graphs may refer to.
    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// The graph, if nothing has changed since it was kept.
    func graph(_ key: GraphKey, changeCount: UInt64) -> KeptGraph? {
        state.withLockedValue { $0.changeCount == changeCount ? $0.graphs[key] : nil }
    }

    /// Keeps a graph that was gathered while the change count was this.
    func keep(_ graph: KeptGraph, as key: GraphKey, changeCount: UInt64) {
        let bytes = graph.bytes
        guard bytes <= maximumBytes else { return }
        state.withLockedValue { state in
            guard changeCount >= state.changeCount else { return }
            if changeCount > state.changeCount { state = State(changeCount: changeCount) }
            if let old = state.graphs[key] {
                state.bytes -= old.bytes
                state.order.removeAll { $0 == key }
            }
            state.graphs[key] = graph
            state.order.append(key)
            state.bytes += bytes
            while state.bytes > maximumBytes || state.order.count > ServerLimits.keptGraphs {
                let oldest = state.order.removeFirst()
                state.bytes -= state.graphs.removeValue(forKey: oldest)?.bytes ?? 0
            }
        }
    }
}
