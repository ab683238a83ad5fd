import ModuleProtocol

extension HotGraph {
    /// Decides who takes a change.
    ///
    /// What the graph knows must be about the versions that ran before the change: what accepts it is what runs.
    /// - Parameter changed: The modules that changed, in order; those that do not run and style sheets count for
    ///   nothing.
    /// - Returns: The boundaries, none when nothing of it runs, or why the page has to be reloaded.
    package func decide(changed: [ModulePath]) -> HotDecision {
        let starts = changed.filter { self[$0].map { !$0.isStyleSheet } ?? false }
        var search = BoundarySearch(graph: self)
        return search.run(from: starts)
    }

    /// Decides who takes the place of a module that has refused its own update at run time.
    /// - Parameters:
    ///   - path: The module that called `invalidate()`.
    ///   - first: The module with whose call this began, if an invalidation led to this one.
    /// - Returns: The boundaries among those that import `path`, or why the page has to be reloaded.
    package func decide(invalidated path: ModulePath, first: ModulePath?) -> HotDecision {
        let starts = importers(of: path)
        guard !starts.isEmpty else {
            return .reload(HotDeadEnd(path: path, reason: "\(path) is invalid, and no module imports it"))
        }
        var search = BoundarySearch(graph: self)
        let decision = search.run(from: starts)
        if case .update(let boundaries) = decision, boundaries.contains(where: { $0.accepted == first }) {
            return .reload(
                HotDeadEnd(
                    path: path,
                    reason: "\(path) is invalid, and so was \(first?.string ?? ""), which imports it"))
        }
        return decision
    }
}

/// One search from changed modules up to those that accept them.
private struct BoundarySearch {
    private struct Acceptance: Hashable {
        let boundary: ModulePath
        let accepted: ModulePath
    }

    let graph: HotGraph
    private var visited: Set<ModulePath> = []
    /// In the order in which they were found.
    private var acceptances: [Acceptance] = []
    private var known: Set<Acceptance> = []
    /// From an importer to the modules from which the search came up to it.
    private var below: [ModulePath: [ModulePath]] = [:]

    init(graph: HotGraph) { self.graph = graph }

    mutating func run(from starts: [ModulePath]) -> HotDecision {
        for start in starts {
            if let deadEnd = climb(from: start) { return .reload(deadEnd) }
        }
        var boundaries: [HotBoundary] = []
        var handled: Set<ModulePath> = []
        var entries = 0
        for acceptance in acceptances {
            let chain = chain(to: acceptance.accepted)
            entries += chain.count
            guard entries <= HotLimits.chainEntries else {
                return .reload(HotDeadEnd(path: starts[0], reason: "\(starts[0]) is used in too many places"))
            }
            handled.formUnion(chain)
            boundaries.append(
                HotBoundary(boundary: acceptance.boundary, accepted: acceptance.accepted, chain: chain))
        }
        // Modules that import each other and that nothing else imports.
        if let lost = starts.first(where: { !handled.contains($0) }) { return .reload(Self.deadEnd(lost)) }
        return .update(boundaries)
    }

    private mutating func accept(_ boundary: ModulePath, _ accepted: ModulePath) {
        let acceptance = Acceptance(boundary: boundary, accepted: accepted)
        if known.insert(acceptance).inserted { acceptances.append(acceptance) }
    }

    /// Goes up from one changed module, depth first; without recursion, since graphs may be deep.
    private mutating func climb(from start: ModulePath) -> HotDeadEnd? {
        var stack = [start]
        while let path = stack.popLast() {
            guard visited.insert(path).inserted, let node = graph[path] else { continue }
            guard node.isKnown else {
                return HotDeadEnd(
                    path: start,
                    reason: "updates of \(start) reach \(path), of which the running version is not known")
            }
            if node.acceptsItself {
                accept(path, path)
                continue
            }
            let importers = graph.importers(of: path)
            if node.acceptedExports != nil {
                accept(path, path)
            } else if importers.isEmpty {
                return Self.deadEnd(start, at: path)
            }
            // The stack turns the order around.
            for importer in importers.reversed() {
                guard let above = graph[importer] else { continue }
                if above.acceptedDependencies.contains(path) { continue }
                if let exports = node.acceptedExports, above.uses(path, onlyOf: exports) { continue }
                below[importer, default: []].append(path)
                stack.append(importer)
            }
            for importer in importers where graph[importer]?.acceptedDependencies.contains(path) == true {
                accept(importer, path)
            }
        }
        return nil
    }

    private static func deadEnd(_ start: ModulePath, at end: ModulePath? = nil) -> HotDeadEnd {
        let way = end.flatMap { $0 == start ? nil : ": they end at \($0)" } ?? ""
        return HotDeadEnd(path: start, reason: "no module accepts updates of \(start)\(way)")
    }

    /// What is to be evaluated anew so that `accepted` is: everything from which the search came up to it.
    private func chain(to accepted: ModulePath) -> [ModulePath] {
        var members: Set<ModulePath> = [accepted]
        var found = [accepted]
        var next = 0
        while next < found.count {
            for path in below[found[next]] ?? [] where members.insert(path).inserted { found.append(path) }
            next += 1
        }
        return ordered(found, members)
    }

    /// Puts modules in the order of their evaluation: the first one after all others, every other one after those
    /// that it imports statically.
    private func ordered(_ paths: [ModulePath], _ members: Set<ModulePath>) -> [ModulePath] {
        var order: [ModulePath] = []
        var seen: Set<ModulePath> = []
        // What the first one does not reach is only imported dynamically.
        for root in paths where seen.insert(root).inserted {
            // A module is on the stack until all that it imports is in order.
            var stack = [(path: root, next: 0)]
            while let (path, next) = stack.last {
                let imports = graph[path]?.imports ?? []
                guard next < imports.count else {
                    if path != paths[0] { order.append(path) }
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let item = imports[next]
                if !item.isDynamic, members.contains(item.path), seen.insert(item.path).inserted {
                    stack.append((path: item.path, next: 0))
                }
            }
        }
        return order + [paths[0]]
    }
}
