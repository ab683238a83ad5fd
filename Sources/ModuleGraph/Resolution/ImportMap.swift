/// An import map of the HTML Standard, section "Import maps", or several of them merged.
///
/// Keys and scopes are kept as serialised URLs, or as text where they are bare; targets as URLs. What a page's
/// own origin is, only the ``SpecifierResolver`` knows. The `integrity` table is checked for its type and
/// otherwise ignored: the bytes come from this server.
package struct ImportMap: Sendable, Equatable, Hashable {
    /// Where a rule leads.
    enum Target: Sendable, Equatable, Hashable {
        case url(SiteURL)
        /// `null`, or what is no URL: the import fails.
        case blocked
    }

    /// Rules by normalised specifier, in the order in which they count.
    struct Rules: Sendable, Equatable, Hashable {
        private(set) var keys: [[UInt8]] = []
        private var targets: [[UInt8]: Target] = [:]

        /// Adds a rule, unless there is one for its key.
        mutating func add(_ key: [UInt8], _ target: Target) {
            guard targets[key] == nil else { return }
            targets[key] = target
            keys.append(key)
        }

        /// Adds the rules for keys that have none yet.
        mutating func merge(_ newer: Rules) {
            for (key, target) in newer.all { add(key, target) }
        }

        /// In order.
        var all: some Sequence<(key: [UInt8], target: Target)> {
            keys.lazy.map { (key: $0, target: targets[$0] ?? .blocked) }
        }
    }

    /// The map without rules.
    package static let empty = ImportMap()

    /// The rules for every module.
    var imports = Rules()
    /// The scopes, in the order in which they count.
    private(set) var scopes: [SiteURL] = []
    private var scopedRules: [SiteURL: Rules] = [:]

    /// Whether the map changes nothing.
    package var isEmpty: Bool { imports.keys.isEmpty && scopes.isEmpty }

    /// The number of rules, those of all scopes included.
    package var ruleCount: Int { scopedRules.values.reduce(imports.keys.count) { $0 + $1.keys.count } }

    init() {}

    /// Adds the rules of a map that comes later in the page.
    ///
    /// Existing rules win, blocking ones too (HTML Standard, "merge existing and new import maps"). The browser
    /// also drops rules for specifiers that modules have resolved before the newer map came; which these are
    /// cannot be known here.
    /// - Parameter newer: The later map.
    package mutating func merge(_ newer: ImportMap) {
        imports.merge(newer.imports)
        for scope in newer.scopes { mergeScope(scope, newer.rules(of: scope)) }
    }

    /// The rules for the modules of one scope.
    func rules(of scope: SiteURL) -> Rules { scopedRules[scope] ?? Rules() }

    /// Whether a scope has been added.
    func hasScope(_ scope: SiteURL) -> Bool { scopedRules[scope] != nil }

    /// Adds rules to a scope, for keys that have none there yet.
    mutating func mergeScope(_ scope: SiteURL, _ newer: Rules) {
        if !hasScope(scope) { scopes.append(scope) }
        scopedRules[scope, default: Rules()].merge(newer)
    }
}
