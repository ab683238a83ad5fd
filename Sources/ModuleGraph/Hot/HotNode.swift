import ModuleProtocol

/// Which exports of a module an importer uses.
package enum UsedNames: Sendable, Equatable {
    /// These, `default` among them; none for an import of its effects only.
    case only([String])
    /// All, or which is not known: namespaces, `export *`, dynamic imports.
    case all

    /// Whether nothing but some exports is used.
    func isCovered(by exports: [String]) -> Bool {
        switch self {
        case .only(let names): names.allSatisfy(exports.contains)
        case .all: false
        }
    }
}

/// What one version of a module says about hot updates, before a page's import map has its say.
///
/// Safe on any thread.
package struct HotSource: Sendable {
    /// One import.
    package struct Import: Sendable {
        /// With its escapes resolved.
        package let specifier: String
        /// Where it leads on every page without rules for URLs; `nil` when that depends on the page.
        package let path: ModulePath?
        /// Whether it is an `import()`.
        package let isDynamic: Bool
        /// What it uses.
        package let names: UsedNames

        /// Creates an import.
        package init(specifier: String, path: ModulePath?, isDynamic: Bool, names: UsedNames) {
            self.specifier = specifier
            self.path = path
            self.isDynamic = isDynamic
            self.names = names
        }
    }

    /// The literal imports in source order, one for each mention.
    package var imports: [Import] = []
    /// Whether the module accepts updates of itself.
    package var acceptsItself = false
    /// Specifiers of the dependencies whose updates it accepts, and where they lead on every page.
    package var acceptedDependencies: [(specifier: String, path: ModulePath?)] = []
    /// The exports that it updates by itself; `nil` without `acceptExports`.
    package var acceptedExports: [String]?
    /// Whether it is a style sheet, whose updates are no business of the modules that import it.
    package var isStyleSheet = false

    /// What imports nothing and accepts nothing.
    package init() {}

    /// Whether the page has no say.
    package var isPlain: Bool {
        imports.allSatisfy { $0.path != nil } && acceptedDependencies.allSatisfy { $0.path != nil }
    }
}

/// One version of a module in a ``HotGraph``, with its imports resolved.
///
/// A class, since graphs of thousands are copied. Immutable, safe on any thread.
package final class HotNode: Sendable {
    /// One import of a module of this site.
    package struct Import: Sendable {
        /// Which module.
        package let path: ModulePath
        /// Whether it is an `import()`.
        package let isDynamic: Bool
        /// What it uses.
        package let names: UsedNames

        /// Creates an import.
        package init(path: ModulePath, isDynamic: Bool = false, names: UsedNames = .all) {
            self.path = path
            self.isDynamic = isDynamic
            self.names = names
        }
    }

    /// The module's path.
    package let path: ModulePath
    /// Hash of the version that all this is about.
    package let hash: String
    /// The imports of modules of this site, one for each mention.
    package let imports: [Import]
    /// Whether the module accepts updates of itself.
    package let acceptsItself: Bool
    /// The dependencies whose updates it accepts.
    package let acceptedDependencies: [ModulePath]
    /// The exports that it updates by itself; `nil` without `acceptExports`.
    package let acceptedExports: [String]?
    /// Whether it is a style sheet.
    package let isStyleSheet: Bool
    /// Whether the version's text was there; if not, nothing else is known.
    package let isKnown: Bool

    /// Creates a node.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - hash: Hash of the version.
    ///   - imports: The imports of modules of this site.
    ///   - acceptsItself: Whether the module accepts updates of itself.
    ///   - acceptedDependencies: The dependencies whose updates it accepts.
    ///   - acceptedExports: The exports that it updates by itself.
    ///   - isStyleSheet: Whether it is a style sheet.
    ///   - isKnown: Whether the version's text was there.
    package init(
        path: ModulePath, hash: String = "", imports: [Import] = [], acceptsItself: Bool = false,
        acceptedDependencies: [ModulePath] = [], acceptedExports: [String]? = nil,
        isStyleSheet: Bool = false, isKnown: Bool = true
    ) {
        self.path = path
        self.hash = hash
        self.imports = imports
        self.acceptsItself = acceptsItself
        self.acceptedDependencies = acceptedDependencies
        self.acceptedExports = acceptedExports
        self.isStyleSheet = isStyleSheet
        self.isKnown = isKnown
    }

    /// Resolves what a version's text says.
    /// - Parameters:
    ///   - source: What it says.
    ///   - path: The module's path.
    ///   - hash: Hash of the version.
    ///   - resolve: Where a specifier leads, called with what depends on the page, or with every one if
    ///     `resolvesAll`; `nil` for what is no module of this site.
    ///   - resolvesAll: Whether the page has rules for URLs, too.
    package convenience init(
        _ source: HotSource, path: ModulePath, hash: String, resolvesAll: Bool = false,
        resolve: (String) -> ModulePath?
    ) {
        func target(_ specifier: String, _ plain: ModulePath?) -> ModulePath? {
            if !resolvesAll, let plain { return plain }
            return resolve(specifier)
        }
        self.init(
            path: path, hash: hash,
            imports: source.imports.compactMap { item in
                target(item.specifier, item.path).map {
                    Import(path: $0, isDynamic: item.isDynamic, names: item.names)
                }
            },
            acceptsItself: source.acceptsItself,
            acceptedDependencies: source.acceptedDependencies.compactMap { target($0.specifier, $0.path) },
            acceptedExports: source.acceptedExports, isStyleSheet: source.isStyleSheet)
    }

    /// Whether this module uses nothing of another but some of its exports.
    func uses(_ other: ModulePath, onlyOf exports: [String]) -> Bool {
        imports.allSatisfy { $0.path != other || $0.names.isCovered(by: exports) }
    }
}
