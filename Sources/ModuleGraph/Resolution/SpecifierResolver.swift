import ModuleProtocol

/// Where a specifier leads.
package enum ResolvedSpecifier: Sendable, Equatable {
    /// A module of this site; `isMapped` when a rule of the import map led there.
    case module(ModulePath, isMapped: Bool)
    /// Another origin, `data:`, `blob:`, `node:` and the like: the browser's business.
    case external
    /// A bare specifier for which the import map has no rule.
    case bare
    /// A module of this site under a URL with a fragment: a module instance of its own, which the browser
    /// fetches.
    case fragment(ModulePath)
    /// The import map forbids it (`null`, an invalid target, a climb above a prefix rule's target), or it is a
    /// URL of this site that no ``ModulePath`` can name. The import fails in the browser, too.
    case blocked
}

/// Resolves specifiers as a page with a given import map does (HTML Standard, "resolve a module specifier").
///
/// Immutable and safe on any thread. A lookup costs time logarithmic in the number of rules.
///
/// Everything is compared as serialised URLs, as the standard does, with one exception: the page's origin is
/// any of the site's authorities, over http or https, so a URL there is reduced to what follows the authority.
/// An importer's URL is spelled as a browser spells its ``ModulePath``; a module that the page named with
/// needless percent sequences or doubled slashes is thus in the scopes of its plain spelling.
package struct SpecifierResolver: Sendable {
    private struct Target: Sendable {
        /// What the key alone resolves to.
        var resolved: ResolvedSpecifier
        /// What the rest is resolved against; `nil` blocks.
        var url: SiteURL?
    }

    private let site: SiteAuthorities
    private let imports: PrefixTable<Target>
    private let scopes: PrefixTable<PrefixTable<Target>>

    /// Sorts the rules for lookups.
    /// - Parameters:
    ///   - importMap: The page's rules.
    ///   - siteAuthorities: The `host[:port]`s that are this site, for full URLs.
    package init(importMap: ImportMap, siteAuthorities: [String]) {
        let site = SiteAuthorities(siteAuthorities)
        self.site = site
        imports = Self.table(importMap.imports, site: site)
        // Two scopes may turn out to be one, the site's authority written in one and left out in the other.
        var merged = ImportMap()
        for scope in importMap.scopes { merged.mergeScope(site.reduce(scope), importMap.rules(of: scope)) }
        scopes = PrefixTable(
            merged.scopes.map { (key: $0.bytes, value: Self.table(merged.rules(of: $0), site: site)) })
    }

    private static func table(_ rules: ImportMap.Rules, site: SiteAuthorities) -> PrefixTable<Target> {
        PrefixTable(
            rules.all.map { key, target in
                guard case .url(let url) = target else {
                    return (site.reduce(key: key), Target(resolved: .blocked, url: nil))
                }
                let reduced = site.reduce(url)
                return (
                    site.reduce(key: key), Target(resolved: resolution(reduced, isMapped: true), url: reduced)
                )
            })
    }

    /// Resolves one specifier.
    ///
    /// Static imports, dynamic imports and `import.meta.resolve` resolve alike.
    /// - Parameters:
    ///   - specifier: With its escapes resolved.
    ///   - importer: The module it stands in.
    package func resolve(_ specifier: String, importer: ModulePath) -> ResolvedSpecifier {
        guard specifier.utf8.count <= ResolutionLimits.specifierBytes else {
            return Self.overlong(specifier)
        }
        let base = SiteURL(importer)
        let url = base.resolvingURLLike(specifier).map(site.reduce)
        if !imports.isEmpty || !scopes.isEmpty, let mapped = lookUp(specifier, as: url, in: base) {
            return mapped
        }
        return url.map { Self.resolution($0, isMapped: false) } ?? .bare
    }

    private func lookUp(_ specifier: String, as url: SiteURL?, in importer: SiteURL) -> ResolvedSpecifier? {
        if let url {
            // Prefix rules do not apply to URLs such as data:.
            return url.bytes.withUnsafeBufferPointer {
                lookUp($0, allowsPrefix: url.form.isSpecial, in: importer)
            }
        }
        // What looks like a path but is no URL, such as "//", must not meet a key that is a path.
        guard specifier.utf8.first != UInt8(ascii: "/") else { return nil }
        var specifier = specifier
        return specifier.withUTF8 { lookUp($0, allowsPrefix: true, in: importer) }
    }

    private func lookUp(
        _ key: UnsafeBufferPointer<UInt8>, allowsPrefix: Bool, in importer: SiteURL
    ) -> ResolvedSpecifier? {
        let scoped = importer.bytes.withUnsafeBufferPointer { importer in
            scopes.first(for: importer) { match(key, allowsPrefix: allowsPrefix, $0.value) }
        }
        return scoped ?? match(key, allowsPrefix: allowsPrefix, imports)
    }

    /// HTML Standard, "resolve an imports match".
    private func match(
        _ key: UnsafeBufferPointer<UInt8>, allowsPrefix: Bool, _ rules: PrefixTable<Target>
    ) -> ResolvedSpecifier? {
        rules.first(for: key) { match -> ResolvedSpecifier? in
            if match.keyLength == key.count { return match.value.resolved }
            guard allowsPrefix else { return nil }
            guard let target = match.value.url else { return .blocked }
            let rest = String(decoding: key[match.keyLength...], as: UTF8.self)
            guard let url = target.resolving(rest).map(site.reduce), url.bytes.starts(with: target.bytes)
            else {
                return .blocked
            }
            return Self.resolution(url, isMapped: true)
        }
    }

    private static func resolution(_ url: SiteURL, isMapped: Bool) -> ResolvedSpecifier {
        guard url.form == .site else { return .external }
        guard let path = url.modulePath else { return .blocked }
        return url.hasFragment ? .fragment(path) : .module(path, isMapped: isMapped)
    }

    /// Too long to be a path of this site, and for a rule.
    private static func overlong(_ specifier: String) -> ResolvedSpecifier {
        if SiteURL.startsLikePath(specifier) { return .blocked }
        let colon = specifier.utf8.prefix(ResolutionLimits.shownBytes).firstIndex(of: UInt8(ascii: ":"))
        return colon == nil ? .bare : .external
    }
}
