extension ImportMap {
    /// Whether some rule is about a URL, so that it may lead relative specifiers elsewhere, too.
    ///
    /// Most maps have rules for bare specifiers only. Costs time linear in the number of rules.
    package var mapsURLs: Bool {
        ([imports] + scopes.map(rules(of:))).contains { rules in
            rules.keys.contains { SiteURL(parsing: String(decoding: $0, as: UTF8.self)) != nil }
        }
    }
}
