import ModuleProtocol

/// One walk through the closure of some entries: which modules there are, which are still being looked for, and
/// what could not be had.
///
/// Pure: paths to load come out, what was found goes in. `Module` is whatever the caller keeps of one.
package struct GraphWalk<Module: Sendable>: Sendable {
    /// A module of the graph.
    package struct Found: Sendable {
        /// Its path.
        package let path: ModulePath
        /// What the caller keeps of it.
        package let module: Module
        /// The modules it imports, by path.
        package let imports: [ModulePath]
    }

    private enum State: Sendable {
        case asked
        case found
        case failed(ErrorCode)
    }

    private var states: [ModulePath: State] = [:]
    private var asked = 0
    private let limit: Int

    /// What has been found, in the order of arrival.
    package private(set) var modules: [Found] = []
    /// Bare specifiers that lead nowhere, with their importers.
    package private(set) var bare: [(specifier: String, importer: ModulePath)] = []

    /// Starts a walk that knows nothing.
    /// - Parameter limit: Number of modules, found or not, beyond which ``isTooLarge`` is set.
    package init(limit: Int = ProtocolLimits.graphModules) { self.limit = limit }

    /// Whether nothing is being looked for any more.
    package var isComplete: Bool { asked == 0 }

    /// Whether the graph has more modules than the limit; it is not followed further then.
    package var isTooLarge: Bool { states.count > limit }

    /// Takes note that a module belongs to the graph.
    /// - Returns: Whether it has to be loaded: true for the first mention only.
    package mutating func visit(_ path: ModulePath) -> Bool {
        guard !isTooLarge, states[path] == nil else { return false }
        states[path] = .asked
        asked += 1
        return true
    }

    /// Takes a module that was asked for.
    /// - Parameters:
    ///   - module: What to keep of it.
    ///   - path: Its path.
    ///   - imports: The modules it imports.
    ///   - bare: Its bare specifiers that lead nowhere.
    /// - Returns: What has to be loaded next.
    package mutating func found(
        _ module: Module, at path: ModulePath, imports: [ModulePath], bare: [String] = []
    ) -> [ModulePath] {
        settle(path, .found)
        modules.append(Found(path: path, module: module, imports: imports))
        self.bare += bare.map { (specifier: $0, importer: path) }
        return imports.filter { visit($0) }
    }

    /// Takes note that a module that was asked for cannot be had.
    package mutating func failed(_ path: ModulePath, _ code: ErrorCode) { settle(path, .failed(code)) }

    private mutating func settle(_ path: ModulePath, _ state: State) {
        guard case .asked? = states[path] else { preconditionFailure("a module is settled once") }
        states[path] = state
        asked -= 1
    }

    /// Whether everything that the graph names is there.
    package var isWhole: Bool {
        isComplete && bare.isEmpty && states.count == modules.count
    }

    /// What the graph lacks, per specifier and importer.
    /// - Parameters:
    ///   - entries: The walk's entries.
    ///   - specifiers: The specifiers with which a module names a path; called for importers of what is missing only.
    package func missing(
        entries: [ModulePath], specifiers: (Module, ModulePath) -> [String]
    ) -> [MissingModule] {
        var failures: [ModulePath: ErrorCode] = [:]
        for (path, state) in states {
            if case .failed(let code) = state { failures[path] = code }
        }
        var list = entries.compactMap { entry in
            failures[entry].map {
                MissingModule(specifier: entry.string, importer: nil, path: entry, reason: .error($0))
            }
        }
        for found in failures.isEmpty ? [] : modules {
            for path in found.imports {
                guard let code = failures[path] else { continue }
                list += specifiers(found.module, path).map {
                    MissingModule(specifier: $0, importer: found.path, path: path, reason: .error(code))
                }
            }
        }
        return list
            + bare.map {
                MissingModule(specifier: $0.specifier, importer: $0.importer, path: nil, reason: .bare)
            }
    }
}
