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

    /// Creates an entry.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - hash: The content's hash.
    ///   - length: The content's length in bytes.
    ///   - contentType: The media type.
    ///   - source: Where the content came from.
    ///   - imports: The module's imports in the order of their ranges.
    ///   - syntaxError: Why `imports` is empty, when the module could not be read.
    package init(
        path: ModulePath, hash: String, length: Int, contentType: String, source: ModuleSource,
        imports: [ImportRecord] = [], syntaxError: ModuleSyntaxError? = nil
    ) {
        self.path = path
        self.hash = hash
        self.length = length
        self.contentType = contentType
        self.source = source
        self.imports = imports
        self.syntaxError = syntaxError
    }

    func append(to json: inout [UInt8]) {
        json.appendRaw(#"{"path":"#)
        json.appendJSON(path.string)
        json.appendRaw(#","hash":"#)
        json.appendJSON(hash)
        json.appendRaw(#","length":"#)
        json.appendJSON(length)
        json.appendRaw(#","contentType":"#)
        json.appendJSON(contentType)
        json.appendRaw(#","source":"#)
        json.appendJSON(source.rawValue)
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
    }
}

/// A binary frame that carries many modules: magic, header length, JSON header, then the modules' bytes.
///
/// The header is split so that a finished frame can be kept and sent with any `id`:
/// ``opening(id:closingCount:)`` differs per request, ``headerClosing(last:modules:)`` does not.
package enum Pack {
    /// The first four bytes of every pack.
    package static let magic: [UInt8] = Array("PLP1".utf8)

    /// Everything before the modules' bytes.
    /// - Parameters:
    ///   - id: The request's.
    ///   - last: Whether this is the last pack of an answer.
    ///   - modules: In the order of their bytes.
    package static func encodeHeader(id: RequestID?, last: Bool, modules: [PackEntry]) -> [UInt8] {
        let closing = headerClosing(last: last, modules: modules)
        return opening(id: id, closingCount: closing.count) + closing
    }

    /// Magic, header length and the start of the header: `{`, or `{"id":…,`.
    /// - Parameters:
    ///   - id: The request's.
    ///   - closingCount: Bytes of the rest of the header.
    package static func opening(id: RequestID?, closingCount: Int) -> [UInt8] {
        let brace = ServerMessage.openBrace(id: id)
        let length = UInt32(brace.count + closingCount)
        var bytes = magic
        bytes.reserveCapacity(8 + brace.count)
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: length >> shift))
        }
        return bytes + brace
    }

    /// The header without its opening brace and `id`.
    /// - Parameters:
    ///   - last: Whether this is the last pack of an answer.
    ///   - modules: In the order of their bytes.
    package static func headerClosing(last: Bool, modules: [PackEntry]) -> [UInt8] {
        var json: [UInt8] = []
        if last {
            json.appendRaw(#""last":true,"modules":["#)
        } else {
            json.appendRaw(#""last":false,"modules":["#)
        }
        for (index, module) in modules.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            module.append(to: &json)
        }
        json.appendRaw("]}")
        return json
    }
}
