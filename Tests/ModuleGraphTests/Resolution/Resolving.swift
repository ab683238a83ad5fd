import ModuleProtocol
import Testing

@testable import ModuleGraph

/// Where specifiers lead under one import map.
struct Resolving {
    let resolver: SpecifierResolver

    static let authorities = ["localhost:8080", "app.test"]

    /// - Parameters:
    ///   - json: The import map.
    ///   - base: The URL of the document.
    init(_ json: String = "{}", base: String = "/index.html") throws {
        self.init(try ImportMap(json: json.utf8, base: try #require(SiteURL(parsing: base))))
    }

    init(_ map: ImportMap) {
        resolver = SpecifierResolver(importMap: map, siteAuthorities: Self.authorities)
    }

    /// In words that a table of cases can hold: `lib/a.js`, `mapped lib/a.js`, `fragment lib/a.js`, `external`,
    /// `bare`, `blocked`.
    func callAsFunction(_ specifier: String, from importer: String = "app/main.js") throws -> String {
        switch resolver.resolve(specifier, importer: try ModulePath(parsing: importer)) {
        case .module(let path, let isMapped): isMapped ? "mapped \(path)" : "\(path)"
        case .fragment(let path): "fragment \(path)"
        case .external: "external"
        case .bare: "bare"
        case .blocked: "blocked"
        }
    }
}
