/// A module's text that could not be read as a module, so that its imports are not known.
package struct ModuleSyntaxError: Sendable, Equatable {
    /// What is wrong.
    package var message: String
    /// Line, counted from 1.
    package var line: Int
    /// Column, counted from 1.
    package var column: Int

    /// Creates a syntax error.
    /// - Parameters:
    ///   - message: What is wrong.
    ///   - line: Line, counted from 1.
    ///   - column: Column, counted from 1.
    package init(message: String, line: Int, column: Int) {
        self.message = message
        self.line = line
        self.column = column
    }
}

/// One module's entry in a pack's header.
package struct PackEntry: Sendable, Equatable {
    /// The module's path.
    package var path: ModulePath
    /// The content's hash.
    package var hash: String
    /// The content's length in bytes.
    package var length: Int
    /// The media type.
    package var contentType: String
    /// Where the content came from.
    package var source: ModuleSource
    /// The module's imports in the order of their ranges.
    package var imports: [ImportRecord]
    /// Why `imports` is empty, when the module could not be read.
    package var syntaxError: ModuleSyntaxError?
    /// URL path and query that relative imports start from; `nil` when it is the module's own path.
    package var base: ModulePath?

    /// Creates an entry.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - hash: The content's hash.
    ///   - length: The content's length in bytes.
    ///   - contentType: The media type.
    ///   - source: Where the content came from.
    ///   - imports: The module's imports in the order of their ranges.
    ///   - syntaxError: Why `imports` is empty, when the module could not be read.
    ///   - base: Where relative imports start from, if not from the module's own path.
    package init(
        path: ModulePath, hash: String, length: Int, contentType: String, source: ModuleSource,
        imports: [ImportRecord] = [], syntaxError: ModuleSyntaxError? = nil, base: ModulePath? = nil
    ) {
        self.path = path
        self.hash = hash
        self.length = length
        self.contentType = contentType
        self.source = source
        self.imports = imports
        self.syntaxError = syntaxError
        self.base = base
    }

    /// The entry's JSON.
    package var encoded: EncodedPackEntry {
        var json: [UInt8] = []
        json.reserveCapacity(160 + imports.count * 128)
        json.appendRaw(#"{"path":"#)
        json.appendJSON(path.string)
        json.appendRaw(#","hash":"#)
        json.appendJSON(hash)
        json.append(UInt8(ascii: ","))
        let sizeKey = json.count
        json.appendRaw(#""length":"#)
        json.appendJSON(length)
        json.appendRaw(#","contentType":"#)
        json.appendJSON(contentType)
        json.appendRaw(#","source":"#)
        json.appendJSON(source.rawValue)
        if let base {
            json.appendRaw(#","url":"#)
            json.appendJSON(base.urlPath)
        }
        json.appendRaw(#","imports":["#)
        for (index, record) in imports.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            record.append(to: &json)
        }
        json.append(UInt8(ascii: "]"))
        if let syntaxError {
            json.appendRaw(#","lexError":{"message":"#)
            json.appendJSON(syntaxError.message)
            json.appendRaw(#","line":"#)
            json.appendJSON(syntaxError.line)
            json.appendRaw(#","column":"#)
            json.appendJSON(syntaxError.column)
            json.append(UInt8(ascii: "}"))
        }
        json.append(UInt8(ascii: "}"))
        // Kept for as long as the module: without the room that was reserved.
        return EncodedPackEntry(json: json.map(\.self), sizeKey: sizeKey)
    }
}

/// A pack entry's JSON, made once and put into any number of headers.
package struct EncodedPackEntry: Sendable, Equatable {
    /// The JSON object.
    package let json: [UInt8]
    /// Where `"length"` stands in it.
    let sizeKey: Int

    private static let lengthKey = Array(#""length""#.utf8)

    /// Appends the entry as `module:graph` lists it: the module's bytes are counted as `size`, since none follow.
    func appendListing(to json: inout [UInt8]) {
        json.append(contentsOf: self.json[..<sizeKey])
        json.appendRaw(#""size""#)
        json.append(contentsOf: self.json[(sizeKey + Self.lengthKey.count)...])
    }
}
