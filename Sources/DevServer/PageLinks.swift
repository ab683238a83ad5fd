import ModuleGraph
import ModuleProtocol
import ModuleStore

/// Where the imports of modules lead on pages with one import map.
///
/// Immutable, safe on any thread.
struct PageLinks: Sendable {
    /// The imports of one module.
    struct Links {
        var paths: [ModulePath]
        var bare: [String] = []
        /// By specifier, what differs from the entry that is made once for all pages; `nil` when nothing does.
        var resolved: [String: ModulePath]?
    }

    let resolver: SpecifierResolver
    /// Whether the import map may lead relative specifiers elsewhere.
    private let mapsURLs: Bool

    init(importMap: ImportMap, siteAuthorities: [String]) {
        resolver = SpecifierResolver(importMap: importMap, siteAuthorities: siteAuthorities)
        mapsURLs = importMap.mapsURLs
    }

    /// Where a module's imports lead.
    func links(of part: PackPart) -> Links {
        var links = Links(paths: part.links.paths)
        let base = part.module.base
        var specifiers = part.links.others
        if mapsURLs {
            // Rules for URLs may lead relative specifiers elsewhere.
            links.paths = []
            specifiers = part.module.imports().records.compactMap(\.specifier)
        }
        var resolved: [String: ModulePath] = [:]
        for specifier in specifiers where resolved[specifier] == nil {
            switch resolver.resolve(specifier, importer: base) {
            case .module(let path, _), .fragment(let path):
                resolved[specifier] = path
                if !links.paths.contains(path) { links.paths.append(path) }
            case .bare:
                links.bare.append(specifier)
            case .external, .blocked:
                break
            }
        }
        if !resolved.isEmpty { links.resolved = resolved }
        return links
    }

    /// Whether a module has imports that lead nowhere on this page.
    func leavesBare(_ part: PackPart) -> Bool {
        part.links.others.contains { resolver.resolve($0, importer: part.module.base) == .bare }
    }

    /// The part with the imports as they are on this page.
    func resolving(_ part: PackPart, _ links: Links) -> PackPart {
        guard let resolved = links.resolved else { return part }
        let base = mapsURLs ? nil : part.module.base
        return part.resolving { resolved[$0] ?? base?.resolving($0) }
    }

    /// What the module says about hot updates on this page.
    func hotNode(of part: PackPart) -> HotNode {
        let module = part.module
        return hotNode(
            of: ModuleVersion(hot: part.links.hot, base: module.base), path: module.path, hash: module.hash)
    }

    /// What a version of which nothing else is left says about hot updates on this page.
    func hotNode(of version: ModuleVersion, path: ModulePath, hash: String) -> HotNode {
        HotNode(
            version.hot, path: path, hash: hash, resolvesAll: mapsURLs,
            resolve: { resolver.path($0, importer: version.base) })
    }
}

extension SpecifierResolver {
    /// The module of this site that a specifier leads to.
    func path(_ specifier: String, importer: ModulePath) -> ModulePath? {
        switch resolve(specifier, importer: importer) {
        case .module(let path, _), .fragment(let path): path
        default: nil
        }
    }
}
