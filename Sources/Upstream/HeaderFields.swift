/// Rules for header fields that pass through.
enum HeaderFields {
    /// Fields of one connection, not of the message (RFC 9110, section 7.6.1).
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
        "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Fields that this client decides on itself.
    private static let ownRequestFields: Set<String> = [
        "accept-encoding", "content-length", "expect", "host",
    ]

    /// Whether two field names are the same (RFC 9110, section 5.1).
    static func sameName(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8) { lowercase($0) == lowercase($1) }
    }

    /// What of a request's fields may be sent on.
    static func forwarded(of request: UpstreamRequest) -> [(name: String, value: String)] {
        var dropped = hopByHop.union(ownRequestFields).union(connectionOptions(in: request.headers))
        if request.etag != nil || request.lastModified != nil {
            dropped.formUnion(["if-none-match", "if-modified-since"])
        }
        return request.headers.filter { field in
            isToken(field.name) && isValue(field.value) && !dropped.contains(field.name.lowercased())
        }
    }

    /// What of an answer's fields the caller gets.
    /// - Parameters:
    ///   - fields: The fields as they came.
    ///   - bodyDecoded: Whether a content coding has been removed.
    static func handedOn(
        _ fields: [(name: String, value: String)], bodyDecoded: Bool
    ) -> [(name: String, value: String)] {
        var dropped = hopByHop.union(connectionOptions(in: fields))
        if bodyDecoded { dropped.formUnion(["content-encoding", "content-length"]) }
        return fields.filter { !dropped.contains($0.name.lowercased()) }
    }

    /// Splits `Name: value`.
    /// - Returns: nil for a line that is no field.
    static func parse(line: Substring.UTF8View) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = String(Substring(line[..<colon]))
        guard isToken(name) else { return nil }
        return (name, String(trimmed(line[line.index(after: colon)...])))
    }

    /// Whether the text is a token (RFC 9110, section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default:
                    "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// Whether the text can stand in one header line: no control bytes but tabs (RFC 9110, section 5.5).
    static func isValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }
    }

    /// Field names that `Connection` declares hop-by-hop.
    private static func connectionOptions(in fields: [(name: String, value: String)]) -> Set<String> {
        var names: Set<String> = []
        for field in fields where sameName(field.name, "connection") {
            for option in field.value.utf8.split(separator: UInt8(ascii: ",")) {
                names.insert(String(trimmed(option)).lowercased())
            }
        }
        return names
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring {
        var rest = text
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return Substring(rest)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
