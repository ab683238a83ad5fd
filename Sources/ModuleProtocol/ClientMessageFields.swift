/// The names of the fields that some client message has.
enum FieldName: String {
    case type, path, hash, id, binary, prefix, limit, entries, known, stream, page, importMaps
    case linked, origin, digest, channel, channels, session, seq, event, data, token
    case modules, failed, reset, more, complete, deltas, files, message, firstInvalidatedBy, versions, texts

    static let longest = 18

    var text: String { rawValue }

    init?(_ text: String) { self.init(rawValue: text) }
}

/// The values of a client message's known fields, not yet decoded, so that the last of several counts.
struct Fields {
    typealias Value = JSONScanner.Value

    private var type: Value?
    private var path: Value?
    private var hash: Value?
    private var id: Value?
    private var binary: Value?
    private var prefix: Value?
    private var limit: Value?
    private var entries: Value?
    private var known: Value?
    private var stream: Value?
    private var page: Value?
    private var importMaps: Value?
    private var linked: Value?
    private var origin: Value?
    private var digest: Value?
    private var channel: Value?
    private var channels: Value?
    private var session: Value?
    private var seq: Value?
    private var event: Value?
    private var data: Value?
    private var token: Value?
    private var modules: Value?
    private var failed: Value?
    private var reset: Value?
    private var more: Value?
    private var complete: Value?
    private var deltas: Value?
    private var files: Value?
    private var message: Value?
    private var firstInvalidatedBy: Value?
    private var versions: Value?
    private var texts: Value?

    subscript(name: FieldName) -> Value? {
        get {
            switch name {
            case .type: type
            case .path: path
            case .hash: hash
            case .id: id
            case .binary: binary
            case .prefix: prefix
            case .limit: limit
            case .entries: entries
            case .known: known
            case .stream: stream
            case .page: page
            case .importMaps: importMaps
            case .linked: linked
            case .origin: origin
            case .digest: digest
            case .channel: channel
            case .channels: channels
            case .session: session
            case .seq: seq
            case .event: event
            case .data: data
            case .token: token
            case .modules: modules
            case .failed: failed
            case .reset: reset
            case .more: more
            case .complete: complete
            case .deltas: deltas
            case .files: files
            case .message: message
            case .firstInvalidatedBy: firstInvalidatedBy
            case .versions: versions
            case .texts: texts
            }
        }
        set {
            switch name {
            case .type: type = newValue
            case .path: path = newValue
            case .hash: hash = newValue
            case .id: id = newValue
            case .binary: binary = newValue
            case .prefix: prefix = newValue
            case .limit: limit = newValue
            case .entries: entries = newValue
            case .known: known = newValue
            case .stream: stream = newValue
            case .page: page = newValue
            case .importMaps: importMaps = newValue
            case .linked: linked = newValue
            case .origin: origin = newValue
            case .digest: digest = newValue
            case .channel: channel = newValue
            case .channels: channels = newValue
            case .session: session = newValue
            case .seq: seq = newValue
            case .event: event = newValue
            case .data: data = newValue
            case .token: token = newValue
            case .modules: modules = newValue
            case .failed: failed = newValue
            case .reset: reset = newValue
            case .more: more = newValue
            case .complete: complete = newValue
            case .deltas: deltas = newValue
            case .files: files = newValue
            case .message: message = newValue
            case .firstInvalidatedBy: firstInvalidatedBy = newValue
            case .versions: versions = newValue
            case .texts: texts = newValue
            }
        }
    }

    /// Takes the known members of the object that the scanner is at.
    mutating func scan(_ scanner: inout JSONScanner) throws(JSONScanner.Failure) {
        try scanner.scanObject { key, value, scanner throws(JSONScanner.Failure) in
            if let name = try scanner.fieldName(key) { self[name] = value }
        }
    }

    /// The members of a body that came over HTTP.
    /// - Parameters:
    ///   - bytes: The body, which must outlive the scanner.
    ///   - example: What would be right, for the message.
    static func ofBody(
        _ bytes: UnsafeRawBufferPointer, example: String
    ) throws(ModuleError) -> (Fields, JSONScanner) {
        var scanner = JSONScanner(bytes)
        var fields = Fields()
        do throws(JSONScanner.Failure) {
            try fields.scan(&scanner)
        } catch {
            throw ModuleError(
                .badRequest,
                message: "The body cannot be used: \(error.reason) at byte \(error.offset). Send \(example).")
        }
        return (fields, scanner)
    }

    func string(_ name: FieldName, _ scanner: JSONScanner) throws(ModuleError) -> String? {
        guard let value = self[name], value.kind != .null else { return nil }
        guard value.kind == .string else { throw mismatch(name, "a string", value) }
        do throws(JSONScanner.Failure) {
            return try scanner.decode(value)
        } catch {
            throw ModuleError(.badRequest, message: "The field \"\(name.text)\" has \(error.reason).")
        }
    }

    func required(
        _ name: FieldName, of type: String, _ scanner: JSONScanner
    ) throws(ModuleError) -> String {
        guard let value = try string(name, scanner) else {
            throw ModuleError(
                .badRequest, message: "A \(type) needs the field \"\(name.text)\", a string.")
        }
        return value
    }

    func bool(_ name: FieldName, _ scanner: JSONScanner) throws(ModuleError) -> Bool? {
        guard let value = self[name], value.kind != .null else { return nil }
        switch value.kind {
        case .true: return true
        case .false: return false
        default: throw mismatch(name, "true or false", value)
        }
    }

    /// A number that is a whole one and not negative; what does not fit an `Int` counts as its maximum.
    func count(_ name: FieldName, _ scanner: JSONScanner) throws(ModuleError) -> Int? {
        guard let value = self[name], value.kind != .null else { return nil }
        guard value.kind == .number else { throw mismatch(name, "a whole number", value) }
        let digits = scanner.rawText(value)
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw mismatch(name, "a whole number, not negative", value)
        }
        return Int(digits) ?? .max
    }

    /// An array of strings; `nil` when the field is absent.
    func strings(_ name: FieldName, _ scanner: JSONScanner) throws(ModuleError) -> [String]? {
        guard let value = self[name], value.kind != .null else { return nil }
        guard value.kind == .array else { throw mismatch(name, "an array of strings", value) }
        var strings: [String] = []
        do throws(JSONScanner.Failure) {
            try scanner.forEachElement(of: value) { element, scanner throws(JSONScanner.Failure) in
                guard element.kind == .string else { throw scanner.notText(element) }
                strings.append(try scanner.decode(element))
            }
        } catch {
            throw ModuleError(.badRequest, message: "The field \"\(name.text)\" has \(error.reason).")
        }
        return strings
    }

    /// An object whose values are strings; `nil` when the field is absent.
    func table(_ name: FieldName, _ scanner: JSONScanner) throws(ModuleError) -> [String: String]? {
        var table: [String: String] = [:]
        let isThere = try forEachMember(name, scanner) { key, value, scanner throws(JSONScanner.Failure) in
            guard value.kind == .string else { throw scanner.notText(value) }
            table[key] = try scanner.decode(value)
        }
        return isThere ? table : nil
    }

    /// An object whose values are strings or `null`; `nil` when the field is absent.
    func optionalTable(
        _ name: FieldName, _ scanner: JSONScanner
    ) throws(ModuleError) -> [String: String?]? {
        var table: [String: String?] = [:]
        let isThere = try forEachMember(name, scanner) { key, value, scanner throws(JSONScanner.Failure) in
            guard value.kind == .string || value.kind == .null else { throw scanner.notText(value) }
            table.updateValue(value.kind == .null ? nil : try scanner.decode(value), forKey: key)
        }
        return isThere ? table : nil
    }

    /// - Returns: Whether the field is there.
    private func forEachMember(
        _ name: FieldName, _ scanner: JSONScanner,
        _ body: (String, Value, JSONScanner) throws(JSONScanner.Failure) -> Void
    ) throws(ModuleError) -> Bool {
        guard let value = self[name], value.kind != .null else { return false }
        guard value.kind == .object else { throw mismatch(name, "an object of strings", value) }
        do throws(JSONScanner.Failure) {
            try scanner.forEachMember(of: value) { key, element, scanner throws(JSONScanner.Failure) in
                try body(try scanner.decode(key), element, scanner)
            }
        } catch {
            throw ModuleError(.badRequest, message: "The field \"\(name.text)\" has \(error.reason).")
        }
        return true
    }

    func requestID(_ scanner: JSONScanner) throws(ModuleError) -> RequestID? {
        guard let id, id.kind != .null else { return nil }
        guard id.range.count <= ProtocolLimits.requestIDBytes else {
            throw ModuleError(
                .badRequest,
                message: "The field \"id\" is longer than \(ProtocolLimits.requestIDBytes) bytes.")
        }
        switch id.kind {
        case .number: return .number(scanner.rawText(id))
        case .string: return try string(.id, scanner).map(RequestID.string)
        default: throw mismatch(.id, "a string or a number", id)
        }
    }

    private func mismatch(_ name: FieldName, _ expected: String, _ value: Value) -> ModuleError {
        ModuleError(
            .badRequest,
            message: "The field \"\(name.text)\" must be \(expected), not \(value.kind.name).")
    }
}
