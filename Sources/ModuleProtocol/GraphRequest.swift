/// A `module:graph` of a client.
package struct GraphRequest: Sendable, Equatable {
    /// The paths to start from, as the client wrote them.
    package var entries: [String]
    /// Path → hash of what the client holds, under the paths that packs give modules.
    package var known: [String: String]
    /// Whether packs may come before the last module has been found.
    package var streams: Bool
    /// URL path of the document, which import maps are relative to.
    package var page: String?
    /// The texts of the document's import maps in their order; `nil` when the client does not know them yet.
    package var importMaps: [String]?
    /// The request's `id`.
    package var id: RequestID?

    /// Creates a request.
    /// - Parameters:
    ///   - entries: The paths to start from.
    ///   - known: Path → hash of what the client holds.
    ///   - streams: Whether packs may come before the last module has been found.
    ///   - page: URL path of the document.
    ///   - importMaps: The texts of the document's import maps.
    ///   - id: The request's `id`.
    package init(
        entries: [String], known: [String: String] = [:], streams: Bool = false, page: String? = nil,
        importMaps: [String]? = nil, id: RequestID? = nil
    ) {
        self.entries = entries
        self.known = known
        self.streams = streams
        self.page = page
        self.importMaps = importMaps
        self.id = id
    }

    init(_ fields: Fields, id: RequestID?, scanner: JSONScanner) throws(ModuleError) {
        guard let entries = try fields.strings(.entries, scanner), !entries.isEmpty else {
            throw ModuleError(
                .badRequest,
                message: #"A module:graph needs the field "entries", an array of one or more paths."#)
        }
        guard entries.count <= ProtocolLimits.graphEntries else {
            throw ModuleError(
                .badRequest,
                message: "A module:graph may have \(ProtocolLimits.graphEntries) entries, not "
                    + "\(entries.count). Send several.")
        }
        self.init(
            entries: entries, known: try fields.table(.known, scanner) ?? [:],
            streams: try fields.bool(.stream, scanner) ?? false, page: try fields.string(.page, scanner),
            importMaps: try fields.strings(.importMaps, scanner), id: id)
    }
}
