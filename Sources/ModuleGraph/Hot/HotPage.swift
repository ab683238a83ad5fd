import ModuleProtocol

/// What became of a module that a page may run.
package struct HotChange: Sendable {
    /// What became of it.
    package enum Outcome: Sendable {
        /// This version is current; its text could not be read as a module if there is a syntax error.
        case version(HotNode, ModuleSyntaxError?)
        /// It cannot be had.
        case gone(code: String, message: String)
    }

    /// Which module.
    package let path: ModulePath
    /// What became of it.
    package let outcome: Outcome

    /// Creates a change.
    package init(path: ModulePath, outcome: Outcome) {
        self.path = path
        self.outcome = outcome
    }
}

/// What a page is to be told after some changes.
package struct HotOutcome: Sendable, Equatable {
    /// A module that has a new version.
    package struct Changed: Sendable, Equatable {
        /// Which module.
        package let path: ModulePath
        /// Hash of the version that ran.
        package let oldHash: String
        /// Hash of the version that runs from now on.
        package let newHash: String
    }

    /// Who takes the changes.
    package var boundaries: [HotBoundary] = []
    /// The modules with new versions, style sheets apart.
    package var changed: [Changed] = []
    /// What nothing imports any more.
    package var pruned: [ModulePath] = []
    /// What could not be had and can be again, or is needed no more.
    package var cleared: [ModulePath] = []
    /// What cannot be had.
    package var problems: [HotProblem] = []
    /// Why the page has to be reloaded; then boundaries do not matter.
    package var deadEnd: HotDeadEnd?

    /// Whether there is something for a `hot:update` to say.
    package var hasUpdate: Bool {
        deadEnd == nil && !(boundaries.isEmpty && changed.isEmpty && pruned.isEmpty && cleared.isEmpty)
    }
}

/// What one page runs, or several that run the same: takes changes, and says what the page is to be told.
///
/// Pure; a value.
package struct HotPage: Sendable {
    /// Path → hash of what runs, or will as soon as what was sent is applied.
    package private(set) var running: [ModulePath: String] = [:]
    /// What is known of the running versions.
    package private(set) var graph = HotGraph()
    /// Modules that run without being imported.
    package private(set) var entries: Set<ModulePath> = []
    /// Whether there are no others, so that what no entry leads to is not needed.
    private var hasAllEntries = false
    /// Of modules whose newest version does not run, the hash of what is known to.
    private var lagging: [ModulePath: String] = [:]
    /// What cannot be had, with the message that was told.
    private var problems: [ModulePath: String] = [:]
    /// The sum of what runs: equal for pages that run the same.
    package private(set) var fingerprint = 0

    /// A page that runs nothing.
    package init() {}

    /// Whether another page is to be told the same from now on.
    package func runsTheSame(as other: HotPage) -> Bool {
        fingerprint == other.fingerprint && running == other.running && entries == other.entries
            && hasAllEntries == other.hasAllEntries && problems == other.problems && lagging == other.lagging
    }

    /// Takes note that the page runs a version of a module.
    /// - Parameters:
    ///   - node: What is known of that version, or of one near to it.
    ///   - hash: The version's hash.
    ///   - isRunning: Whether that version runs; if not, it was sent in vain, and `node` is what runs on.
    package mutating func report(_ node: HotNode, hash: String, isRunning: Bool = true) {
        set(hash, node.path)
        lagging[node.path] = isRunning ? nil : node.hash
        if graph[node.path] !== node { graph.insert(node) }
    }

    /// Takes note that modules run without being imported.
    /// - Parameters:
    ///   - entries: Which.
    ///   - areAll: Whether these and those that were reported before are all.
    package mutating func report(entries: [ModulePath], areAll: Bool = false) {
        self.entries.formUnion(entries)
        if areAll { hasAllEntries = true }
    }

    /// Takes changes; those of modules that do not run count for nothing.
    /// - Parameter changes: At most one for each module.
    /// - Returns: What the page is to be told; from then on it counts as running the new versions.
    package mutating func apply(_ changes: [HotChange]) -> HotOutcome {
        var outcome = HotOutcome()
        var newer: [HotNode] = []
        var broken: [(node: HotNode, error: ModuleSyntaxError)] = []
        var gone: [(path: ModulePath, code: String, message: String)] = []
        for change in changes {
            guard let runningHash = running[change.path] else { continue }
            switch change.outcome {
            case .gone(let code, let message):
                gone.append((change.path, code, message))
            case .version(let node, let error):
                if problems.removeValue(forKey: node.path) != nil { outcome.cleared.append(node.path) }
                guard node.hash != runningHash else { continue }
                // Of a version that nobody has, the next one is the nearest there is.
                if graph[node.path]?.isKnown == false { graph.insert(node) }
                if let error { broken.append((node, error)) } else { newer.append(node) }
            }
        }
        decide(&newer, &broken, into: &outcome)
        for node in newer {
            set(node.hash, node.path)
            lagging[node.path] = nil
        }
        // A version that cannot be read does not run: what is known stays about the one that does.
        for (node, _) in broken {
            set(node.hash, node.path)
            lagging[node.path] = graph[node.path]?.hash
        }
        outcome.pruned += graph.replace(newer, keeping: entries)
        for path in outcome.pruned { forget(path, &outcome) }
        if gone.contains(where: { running[$0.path] != nil }) { forgetOrphans(&outcome) }
        for (path, code, message) in gone where running[path] != nil {
            tell(HotProblem(path: path, code: code, message: message, importers: []), in: &outcome)
        }
        return outcome
    }

    /// Decides, with a version that cannot be read only where a module takes it: a page that is reloaded with it
    /// would be lost.
    private mutating func decide(
        _ newer: inout [HotNode], _ broken: inout [(node: HotNode, error: ModuleSyntaxError)],
        into outcome: inout HotOutcome
    ) {
        let sheets = Set((newer + broken.map(\.node)).filter(\.isStyleSheet).map(\.path))
        var changed = (newer + broken.map(\.node)).filter { !sheets.contains($0.path) }
        var decision = graph.decide(changed: changed.map(\.path))
        if case .reload = decision, forgetOrphans(&outcome) {
            newer.removeAll { running[$0.path] == nil }
            broken.removeAll { running[$0.node.path] == nil }
            changed.removeAll { running[$0.path] == nil }
            decision = graph.decide(changed: changed.map(\.path))
        }
        if case .reload = decision, !broken.isEmpty {
            for (node, error) in broken {
                tell(
                    HotProblem(
                        path: node.path, code: HotProblem.syntaxErrorCode, message: error.message,
                        importers: [], line: error.line, column: error.column), in: &outcome)
            }
            broken.removeAll()
            changed = newer.filter { !sheets.contains($0.path) }
            decision = graph.decide(changed: changed.map(\.path))
        }
        outcome.changed = changed.map {
            .init(path: $0.path, oldHash: running[$0.path] ?? "", newHash: $0.hash)
        }
        switch decision {
        case .update(let boundaries): outcome.boundaries = boundaries
        case .reload(let deadEnd): outcome.deadEnd = deadEnd
        }
    }

    /// Decides who takes the place of a module that refused its update.
    /// - Parameters:
    ///   - path: The module.
    ///   - first: The module with whose refusal this began.
    /// - Returns: What the page is to be told; `nil` when the module does not run.
    package func invalidate(_ path: ModulePath, first: ModulePath?) -> HotOutcome? {
        guard running[path] != nil else { return nil }
        var outcome = HotOutcome()
        switch graph.decide(invalidated: path, first: first) {
        case .update(let boundaries): outcome.boundaries = boundaries
        case .reload(let deadEnd): outcome.deadEnd = deadEnd
        }
        return outcome
    }

    private mutating func tell(_ problem: HotProblem, in outcome: inout HotOutcome) {
        outcome.cleared.removeAll { $0 == problem.path }
        guard problems.updateValue(problem.message, forKey: problem.path) != problem.message else { return }
        var problem = problem
        problem.importers = graph.importers(of: problem.path)
        outcome.problems.append(problem)
    }

    /// Forgets what no entry leads to, such as modules that the page reported when nothing imported them any more:
    /// their updates end nowhere, and nobody misses them.
    /// - Returns: Whether there was something.
    @discardableResult
    private mutating func forgetOrphans(_ outcome: inout HotOutcome) -> Bool {
        // What an unknown version imports is not known, either.
        guard hasAllEntries, !entries.isEmpty, entries.allSatisfy({ graph[$0]?.isKnown == true }),
            graph.paths.allSatisfy({ graph[$0]?.isKnown == true })
        else { return false }
        let orphans = graph.removeUnreached(from: entries)
        outcome.pruned += orphans
        for path in orphans { forget(path, &outcome) }
        return !orphans.isEmpty
    }

    private mutating func forget(_ path: ModulePath, _ outcome: inout HotOutcome) {
        set(nil, path)
        lagging[path] = nil
        if problems.removeValue(forKey: path) != nil { outcome.cleared.append(path) }
    }

    private mutating func set(_ hash: String?, _ path: ModulePath) {
        if let old = running[path] { fingerprint &-= Self.fingerprint(path, old) }
        running[path] = hash
        if let hash { fingerprint &+= Self.fingerprint(path, hash) }
    }

    private static func fingerprint(_ path: ModulePath, _ hash: String) -> Int {
        var hasher = Hasher()
        hasher.combine(path)
        hasher.combine(hash)
        return hasher.finalize()
    }
}
