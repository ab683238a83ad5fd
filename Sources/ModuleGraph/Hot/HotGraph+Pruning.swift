import ModuleProtocol

extension HotGraph {
    /// Takes newer versions, and forgets the modules that nothing imports any more because of them.
    ///
    /// Modules that import each other are forgotten together once no way leads to them from outside.
    /// - Parameters:
    ///   - newer: The versions that run from now on.
    ///   - entries: Modules that run without being imported.
    /// - Returns: What was forgotten, importers before what only they imported.
    package mutating func replace(_ newer: [HotNode], keeping entries: Set<ModulePath> = []) -> [ModulePath] {
        var suspects = droppedImports(newer, keeping: entries)
        for node in newer { insert(node) }
        var pruned: [ModulePath] = []
        var cyclic: [Suspect] = []
        var roots = RootSearch(entries: entries)
        while true {
            // Those without importers first: what they import may be left without any as well.
            if let suspect = suspects.popLast() {
                guard self[suspect.path] != nil, !entries.contains(suspect.path) else { continue }
                if importerCount(of: suspect.path) == 0 {
                    suspects += prune(suspect, into: &pruned)
                } else if suspect.wasReached {
                    cyclic.append(suspect)
                }
            } else if let suspect = cyclic.popLast() {
                guard self[suspect.path] != nil else { continue }
                for path in roots.unreached(from: suspect.path, in: self) {
                    suspects += prune(Suspect(path: path, wasReached: true), into: &pruned)
                }
            } else {
                return pruned
            }
        }
    }

    /// Forgets the modules that no way leads to.
    ///
    /// Takes time in proportion to the whole graph.
    /// - Parameter entries: Modules that run without being imported.
    /// - Returns: What was forgotten, importers before what only they imported.
    package mutating func removeUnreached(from entries: Set<ModulePath>) -> [ModulePath] {
        var reached = entries
        var stack = Array(entries)
        while let path = stack.popLast() {
            for item in self[path]?.imports ?? [] where reached.insert(item.path).inserted {
                stack.append(item.path)
            }
        }
        var left = Set(paths.filter { !reached.contains($0) })
        var removed: [ModulePath] = []
        // Those without importers come first; of modules that import each other, any.
        for path in left.sorted(by: { (importerCount(of: $0), $0) < (importerCount(of: $1), $1) }) {
            var suspects = [path]
            while let path = suspects.popLast() {
                guard left.remove(path) != nil else { continue }
                removed.append(path)
                let imports = self[path]?.imports ?? []
                remove(path)
                for item in imports.reversed() where importerCount(of: item.path) == 0 {
                    suspects.append(item.path)
                }
            }
        }
        return removed
    }

    /// A module that has lost an importer.
    private struct Suspect {
        let path: ModulePath
        /// Whether a way led to it from outside before.
        ///
        /// A page may run modules that import each other although none did, by a computed import: then that none
        /// does says nothing.
        let wasReached: Bool
    }

    private func droppedImports(_ newer: [HotNode], keeping entries: Set<ModulePath>) -> [Suspect] {
        var dropped: [Suspect] = []
        var seen: Set<ModulePath> = []
        var roots = RootSearch(entries: entries)
        for node in newer {
            guard let before = self[node.path] else { continue }
            let kept = Set(node.imports.map(\.path))
            for item in before.imports where !kept.contains(item.path) && seen.insert(item.path).inserted {
                let wasReached = roots.unreached(from: item.path, in: self).isEmpty
                dropped.append(Suspect(path: item.path, wasReached: wasReached))
            }
        }
        // They are taken from the end.
        return dropped.reversed()
    }

    /// - Returns: What it imported, the last one first.
    private mutating func prune(_ suspect: Suspect, into pruned: inout [ModulePath]) -> [Suspect] {
        let imports = self[suspect.path]?.imports ?? []
        pruned.append(suspect.path)
        remove(suspect.path)
        return imports.reversed().map { Suspect(path: $0.path, wasReached: suspect.wasReached) }
    }
}

/// Searches upwards for what runs without being imported; remembers what it found for as long as modules are only
/// removed that nothing leads to.
private struct RootSearch {
    let entries: Set<ModulePath>
    private var reached: Set<ModulePath> = []

    init(entries: Set<ModulePath>) { self.entries = entries }

    /// - Returns: The module and all that lead to it, importers first, if none of them is an entry or without
    ///   importers; else nothing.
    mutating func unreached(from start: ModulePath, in graph: HotGraph) -> [ModulePath] {
        var importOf: [ModulePath: ModulePath] = [:]
        var seen: Set<ModulePath> = [start]
        var stack = [start]
        while let path = stack.popLast() {
            if entries.contains(path) || reached.contains(path) || graph.importerCount(of: path) == 0 {
                var below: ModulePath? = path
                while let path = below {
                    reached.insert(path)
                    below = importOf[path]
                }
                return []
            }
            for importer in graph.unsortedImporters(of: path) where seen.insert(importer).inserted {
                importOf[importer] = path
                stack.append(importer)
            }
        }
        return Self.allAbove(start, in: graph)
    }

    /// Once more in an order that is always the same: only what is to be forgotten takes the time to sort.
    private static func allAbove(_ start: ModulePath, in graph: HotGraph) -> [ModulePath] {
        var found = [start]
        var seen: Set<ModulePath> = [start]
        var next = 0
        while next < found.count {
            for importer in graph.importers(of: found[next]) where seen.insert(importer).inserted {
                found.append(importer)
            }
            next += 1
        }
        return found.reversed()
    }
}
