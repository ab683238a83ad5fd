/// Collects an answer's head from the lines libcurl hands over one by one.
struct ResponseHead {
    private(set) var status = 0
    private(set) var fields: [(name: String, value: String)] = []
    /// Whether the empty line after the final head has been seen; what comes later are trailers.
    private(set) var isComplete = false
    private var bytes = 0

    /// Takes one line with its line end.
    /// - Returns: false when the head is larger than allowed.
    mutating func append(line: UnsafeRawBufferPointer) -> Bool {
        bytes += line.count
        guard bytes <= UpstreamLimits.headBytes else { return false }
        guard !isComplete else { return true }
        let text = Substring(String(decoding: line, as: UTF8.self))
        if text.hasPrefix("HTTP/") {
            // An interim answer (1xx) ends here; the next one's head begins.
            fields = []
            status = Self.status(ofLine: text)
        } else if text.utf8.allSatisfy({ $0 == 0x0d || $0 == 0x0a }) {
            isComplete = status >= 200
        } else if let field = HeaderFields.parse(line: text.utf8) {
            fields.append(field)
        }
        return true
    }

    /// The value of the first field of that name.
    func value(_ name: String) -> String? {
        fields.first { HeaderFields.sameName($0.name, name) }?.value
    }

    /// The length the head promises for the body as it travels; nil when there is none.
    var contentLength: Int? {
        value("Content-Length").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// The body's content coding in lower case, all of them where there are several; nil for none.
    var contentCoding: String? {
        let codings = fields.filter { HeaderFields.sameName($0.name, "content-encoding") }
            .map { $0.value.lowercased() }
            .filter { !$0.isEmpty && $0 != "identity" }
        return codings.isEmpty ? nil : codings.joined(separator: ", ")
    }

    private static func status(ofLine line: Substring) -> Int {
        let parts = line.utf8.split(separator: 0x20)
        return parts.count > 1 ? Int(Substring(parts[1]).prefix { $0.isNumber }) ?? 0 : 0
    }
}
