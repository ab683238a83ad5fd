/// Something a graph lacks: one specifier of one importer.
package struct MissingModule: Sendable, Equatable {
    /// Why it is missing.
    package enum Reason: Sendable, Equatable {
        /// The module cannot be had.
        case error(ErrorCode)
        /// A bare specifier for which no import map has a rule.
        case bare

        var code: String {
            switch self {
            case .error(let code): code.rawValue
            case .bare: "bare"
            }
        }
    }

    /// The specifier as it stands in the importer, or an entry's path.
    package var specifier: String
    /// The importing module; `nil` for an entry.
    package var importer: ModulePath?
    /// What the specifier resolves to; `nil` for a bare one.
    package var path: ModulePath?
    /// Why it is missing.
    package var reason: Reason

    /// Creates a description.
    /// - Parameters:
    ///   - specifier: The specifier as it stands in the importer, or an entry's path.
    ///   - importer: The importing module; `nil` for an entry.
    ///   - path: What the specifier resolves to.
    ///   - reason: Why it is missing.
    package init(specifier: String, importer: ModulePath?, path: ModulePath?, reason: Reason) {
        self.specifier = specifier
        self.importer = importer
        self.path = path
        self.reason = reason
    }
}

extension ServerMessage {
    /// `module:graph`, the answer's list.
    /// - Parameters:
    ///   - entries: The request's entries.
    ///   - modules: Every module of the graph; `nil` in a streamed answer, whose packs have said it.
    ///   - cached: The modules of which the client's copy is current.
    ///   - missing: What could not be had.
    ///   - packs: How many pack frames belong to the answer.
    ///   - digest: The graph's, if nothing is missing.
    ///   - id: The request's.
    package static func moduleGraph(
        entries: [ModulePath], modules: [EncodedPackEntry]?, cached: [ModulePath], missing: [MissingModule],
        packs: Int, digest: String?, id: RequestID?
    ) -> [UInt8] {
        var json = opening("module:graph", id: id)
        json.appendRaw(#","entries":"#)
        json.appendJSON(entries)
        if let modules {
            json.appendRaw(#","modules":["#)
            for (index, module) in modules.enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                module.appendListing(to: &json)
            }
            json.append(UInt8(ascii: "]"))
        }
        json.appendRaw(#","cached":"#)
        json.appendJSON(cached)
        json.appendRaw(#","missing":["#)
        for (index, item) in missing.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.appendRaw(#"{"specifier":"#)
            json.appendJSON(item.specifier)
            json.appendRaw(#","importer":"#)
            json.appendJSON(item.importer?.string)
            if let path = item.path {
                json.appendRaw(#","path":"#)
                json.appendJSON(path.string)
            }
            json.appendRaw(#","code":"#)
            json.appendJSON(item.reason.code)
            json.append(UInt8(ascii: "}"))
        }
        json.appendRaw(#"],"packs":"#)
        json.appendJSON(packs)
        if let digest {
            json.appendRaw(#","digest":"#)
            json.appendJSON(digest)
        }
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// `module:graph`, the answer to the question for the digest alone.
    /// - Parameters:
    ///   - digest: The graph's; `nil` when it is not at hand.
    ///   - entries: The request's entries.
    ///   - id: The request's.
    package static func graphDigest(_ digest: String?, entries: [ModulePath], id: RequestID?) -> [UInt8] {
        var json = opening("module:graph", id: id)
        json.appendRaw(#","entries":"#)
        json.appendJSON(entries)
        json.appendRaw(#","digest":"#)
        json.appendJSON(digest)
        json.append(UInt8(ascii: "}"))
        return json
    }
}

extension ServerMessage {
    /// `module:linked`: three lines, of which only the first is read before the modules run.
    /// - Parameters:
    ///   - modules: The modules in their order: pack entry, path and hash.
    ///   - bytes: Their own sizes together.
    ///   - isForBlobs: Whether they are too large for `data:` URLs.
    ///   - importMap: JSON of the import map that leads their URLs to the linked texts, on one line.
    ///   - changes: JSON of what the linker changed, an array for each module, on one line.
    ///   - id: The request's.
    package static func moduleLinked(
        _ modules: [(path: String, hash: String, entry: EncodedPackEntry)], bytes: Int, isForBlobs: Bool,
        importMap: [UInt8], changes: [UInt8], id: RequestID?
    ) -> [UInt8] {
        var json = opening("module:linked", id: id)
        json.reserveCapacity(
            importMap.count + changes.count
                + modules.reduce(256) { $0 + $1.entry.json.count + 2 * $1.path.utf8.count + 32 })
        json.appendRaw(#","bytes":"#)
        json.appendJSON(bytes)
        if isForBlobs { json.appendRaw(#","blobs":true"#) }
        json.appendRaw(#","paths":["#)
        json.appendList(modules) { $1.appendJSON($0.path) }
        json.appendRaw(#"],"hashes":["#)
        json.appendList(modules) { $1.appendJSON($0.hash) }
        json.appendRaw("]}\n")
        json.append(contentsOf: importMap)
        json.appendRaw("\n{\"modules\":[")
        json.appendList(modules) { $1.append(contentsOf: $0.entry.json) }
        json.appendRaw(#"],"changes":"#)
        json.append(contentsOf: changes)
        json.append(UInt8(ascii: "}"))
        return json
    }
}

extension [UInt8] {
    fileprivate mutating func appendList<Item>(_ items: [Item], _ append: (Item, inout [UInt8]) -> Void) {
        for (index, item) in items.enumerated() {
            if index > 0 { self.append(UInt8(ascii: ",")) }
            append(item, &self)
        }
    }

    mutating func appendJSON(_ paths: [ModulePath]) {
        append(UInt8(ascii: "["))
        for (index, path) in paths.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            appendJSON(path.string)
        }
        append(UInt8(ascii: "]"))
    }
}
