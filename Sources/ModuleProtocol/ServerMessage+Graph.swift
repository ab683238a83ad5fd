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
    /// The first line of `module:linked`, without its end: all that is read before the modules run.
    /// - Parameters:
    ///   - paths: The modules' paths.
    ///   - hashes: Their hashes.
    ///   - bytes: Their own sizes together.
    ///   - isForBlobs: Whether they are too large for `data:` URLs.
    ///   - id: The request's.
    package static func moduleLinked(
        paths: [ModulePath], hashes: [String], bytes: Int, isForBlobs: Bool, id: RequestID?
    ) -> [UInt8] {
        var json = opening("module:linked", id: id)
        json.appendRaw(#","bytes":"#)
        json.appendJSON(bytes)
        if isForBlobs { json.appendRaw(#","blobs":true"#) }
        json.appendRaw(#","paths":"#)
        json.appendJSON(paths)
        json.appendRaw(#","hashes":["#)
        for (index, hash) in hashes.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.appendJSON(hash)
        }
        json.appendRaw("]}")
        return json
    }
}

extension [UInt8] {
    mutating func appendJSON(_ paths: [ModulePath]) {
        append(UInt8(ascii: "["))
        for (index, path) in paths.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            appendJSON(path.string)
        }
        append(UInt8(ascii: "]"))
    }
}
