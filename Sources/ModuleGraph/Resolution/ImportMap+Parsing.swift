import ModuleProtocol

extension ImportMap {
    /// Parses the text of an import map (HTML Standard, "parse an import map string").
    ///
    /// Safe on any thread; costs time linear in the text's length. Rules that the browser ignores with a
    /// warning are ignored here as well; unknown fields are skipped.
    /// - Parameters:
    ///   - json: UTF-8, with or without a byte order mark.
    ///   - base: The URL of the document (or its `<base>`) or of the file; relative targets, keys and scopes
    ///     are resolved against it.
    ///   - onIgnored: Called with one line of text for each rule that is ignored.
    /// - Throws: ``ImportMapError`` when the text is not JSON, is not built like an import map, or exceeds
    ///   ``ResolutionLimits``.
    package init(
        json: some Collection<UInt8>, base: SiteURL, onIgnored: (String) -> Void = { _ in }
    ) throws(ImportMapError) {
        let parsed = json.withContiguousStorageIfAvailable { bytes in
            Result { () throws(ImportMapError) -> ImportMap in
                try ImportMap(UnsafeRawBufferPointer(bytes), base: base, onIgnored: onIgnored)
            }
        }
        guard let parsed else {
            try self.init(json: Array(json), base: base, onIgnored: onIgnored)
            return
        }
        self = try parsed.get()
    }

    private init(
        _ text: UnsafeRawBufferPointer, base: SiteURL, onIgnored: (String) -> Void
    ) throws(ImportMapError) {
        guard text.count <= ResolutionLimits.importMapBytes else {
            throw ImportMapError(
                "has \(text.count) bytes; \(ResolutionLimits.importMapBytes) are allowed",
                advice: "Use prefix keys such as \"lib/\" instead of one rule per file.")
        }
        let hasMark = text.starts(with: [0xEF, 0xBB, 0xBF])
        var parser = ImportMapParser(
            text: UnsafeRawBufferPointer(rebasing: text[(hasMark ? 3 : 0)...]), base: base)
        self = try parser.parse(onIgnored)
    }
}

/// One run over the text of an import map.
private struct ImportMapParser {
    typealias Member = (key: String, value: JSONScanner.Value)

    let text: UnsafeRawBufferPointer
    let base: SiteURL
    var ruleCount = 0

    mutating func parse(_ onIgnored: (String) -> Void) throws(ImportMapError) -> ImportMap {
        var map = ImportMap()
        for (key, value) in try members(
            of: JSONScanner.Value(kind: .object, range: 0..<text.count), onIgnored)
        {
            switch key {
            case "imports":
                map.imports = try rules(value, in: "imports", onIgnored)
            case "scopes":
                try parseScopes(value, into: &map, onIgnored)
            case "integrity":
                try requireObject(value, field: "integrity", example: #"{"/lib.js": "sha384-…"}"#)
            default:
                onIgnored("\(Self.shown(key)) is no field of an import map.")
            }
        }
        return map
    }

    private mutating func parseScopes(
        _ value: JSONScanner.Value, into map: inout ImportMap, _ onIgnored: (String) -> Void
    ) throws(ImportMapError) {
        try requireObject(value, field: "scopes", example: #"{"/lib/": {"name": "/path.js"}}"#)
        for (prefix, value) in try members(of: value, onIgnored).reversed() {
            let rules = try rules(value, in: "scopes[\(Self.shown(prefix))]", onIgnored)
            if let scope = base.resolving(prefix) {
                if !map.hasScope(scope) { map.mergeScope(scope, rules) }
            } else {
                onIgnored("The scope \(Self.shown(prefix)) is no URL.")
            }
        }
    }

    /// HTML Standard, "sort and normalize a module specifier map"; sorting is left to the resolver.
    ///
    /// Of two spellings of one key the later counts within a map, but the earlier among merged ones. So this
    /// runs from the last to the first: for the resolver, which sees more keys as one, the first counts.
    private mutating func rules(
        _ value: JSONScanner.Value, in field: String, _ onIgnored: (String) -> Void
    ) throws(ImportMapError) -> ImportMap.Rules {
        try requireObject(value, field: field, example: #"{"name": "/path.js"}"#)
        var rules = ImportMap.Rules()
        for (key, value) in try members(of: value, onIgnored).reversed() {
            guard !key.isEmpty else {
                onIgnored("A rule in \(field) has an empty key.")
                continue
            }
            let normalised = base.resolvingURLLike(key)?.bytes ?? Array(key.utf8)
            do throws(InvalidTarget) {
                rules.add(normalised, .url(try target(value, of: key)))
            } catch {
                // The rule stays: it blocks the specifier.
                rules.add(normalised, .blocked)
                if value.kind != .null {
                    onIgnored("The target of \(Self.shown(key)) in \(field) \(error.reason).")
                }
            }
        }
        return rules
    }

    private struct InvalidTarget: Error {
        var reason: String
    }

    private func target(_ value: JSONScanner.Value, of key: String) throws(InvalidTarget) -> SiteURL {
        guard value.kind == .string, let address = try? JSONScanner(text).decode(value) else {
            throw InvalidTarget(reason: "is not a string")
        }
        guard let url = base.resolvingURLLike(address) else {
            throw InvalidTarget(
                reason: "is \(Self.shown(address)), which is no URL; start it with /, ./ or ../")
        }
        if key.utf8.last == UInt8(ascii: "/"), !url.endsWithSlash {
            throw InvalidTarget(
                reason: "is \(Self.shown(address)), which does not end with a slash as the key does")
        }
        return url
    }

    // MARK: JSON

    /// The members of an object as JavaScript sees them: of equal names the last value at the first's place.
    private mutating func members(
        of object: JSONScanner.Value, _ onIgnored: (String) -> Void
    ) throws(ImportMapError) -> [Member] {
        let start = object.range.lowerBound
        var found: [(key: JSONScanner.Value, value: JSONScanner.Value)] = []
        do throws(JSONScanner.Failure) {
            var scanner = JSONScanner(UnsafeRawBufferPointer(rebasing: text[object.range]))
            try scanner.scanObject { key, value, _ in
                found.append((key.moved(by: start), value.moved(by: start)))
            }
        } catch {
            throw ImportMapError(
                "is not valid JSON: \(error.reason)",
                advice: #"Write one object such as {"imports": {"name": "/path.js"}}."#,
                offset: start + error.offset, in: text)
        }
        ruleCount += found.count
        guard ruleCount <= ResolutionLimits.importMapRules else {
            throw ImportMapError(
                "has more than \(ResolutionLimits.importMapRules) rules",
                advice: "Use prefix keys such as \"lib/\" instead of one rule per file.",
                offset: start, in: text)
        }
        var members: [Member] = []
        var places: [[UInt8]: Int] = [:]
        for (key, value) in found {
            guard let name = try? JSONScanner(text).decode(key) else {
                onIgnored("A rule has a key that is not Unicode text.")
                continue
            }
            if let place = places[Array(name.utf8)] {
                members[place].value = value
            } else {
                places[Array(name.utf8)] = members.count
                members.append((name, value))
            }
        }
        return members
    }

    private func requireObject(
        _ value: JSONScanner.Value, field: String, example: String
    ) throws(ImportMapError) {
        guard value.kind != .object else { return }
        throw ImportMapError(
            "has \(value.kind.name) as its \(field), where an object must stand",
            advice: "Write it as \(example), or leave it out.", offset: value.range.lowerBound, in: text)
    }

    /// A text as it may be repeated in a message.
    private static func shown(_ text: String) -> String {
        let clipped = String(
            decoding: text.utf8.prefix(ResolutionLimits.shownBytes).map {
                $0 < 0x20 || $0 == 0x7F ? 0x3F : $0
            },
            as: UTF8.self)
        return "\"\(clipped)\(text.utf8.count > ResolutionLimits.shownBytes ? "…" : "")\""
    }
}

extension JSONScanner.Value {
    fileprivate func moved(by offset: Int) -> JSONScanner.Value {
        JSONScanner.Value(
            kind: kind, range: range.lowerBound + offset..<range.upperBound + offset, hasEscapes: hasEscapes)
    }
}
