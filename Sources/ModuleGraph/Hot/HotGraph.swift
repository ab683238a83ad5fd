import ModuleProtocol

/// The modules that a page runs, with who imports whom: knows who takes a change.
///
/// Pure; a value. Paths that do not run may be imported, they just have no node.
package struct HotGraph: Sendable {
    private var nodes: [ModulePath: HotNode] = [:]
    private var importersOf: [ModulePath: Set<ModulePath>] = [:]

    /// A graph without modules.
    package init() {}

    /// Number of modules.
    package var count: Int { nodes.count }

    /// The modules' paths, in no order.
    package var paths: some Sequence<ModulePath> { nodes.keys }

    /// What is known of a running module.
    package subscript(path: ModulePath) -> HotNode? { nodes[path] }

    /// The running modules that import another, itself apart, sorted.
    package func importers(of path: ModulePath) -> [ModulePath] {
        importersOf[path]?.filter { $0 != path }.sorted() ?? []
    }

    /// Number of the running modules that import another, itself apart.
    package func importerCount(of path: ModulePath) -> Int {
        importersOf[path].map { $0.count - ($0.contains(path) ? 1 : 0) } ?? 0
    }

    /// The running modules that import another, in no order.
    func unsortedImporters(of path: ModulePath) -> Set<ModulePath> { importersOf[path] ?? [] }

    /// Adds a module, or replaces what is known of it.
    package mutating func insert(_ node: HotNode) {
        remove(node.path)
        nodes[node.path] = node
        for item in node.imports { importersOf[item.path, default: []].insert(node.path) }
    }

    /// Forgets a module.
    package mutating func remove(_ path: ModulePath) {
        guard let node = nodes.removeValue(forKey: path) else { return }
        for item in node.imports {
            importersOf[item.path]?.remove(path)
            if importersOf[item.path]?.isEmpty == true { importersOf[item.path] = nil }
        }
    }
}
