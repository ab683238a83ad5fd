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
    /// How the client links modules, if it takes them linked.
    package var linked: LinkedForm?
    /// Whether nothing but the graph's digest is asked for, if that is at hand.
    package var asksForDigest: Bool
    /// The request's `id`.
    package var id: RequestID?

    /// What linked texts depend on besides the modules.
    package struct LinkedForm: Sendable, Equatable {
        /// The client's number for the way in which it links.
        package var form: Int
        /// The page's origin.
        package var origin: String

        /// Creates a form.
        /// - Parameters:
        ///   - form: The client's number for the way in which it links.
        ///   - origin: The page's origin.
        package init(form: Int, origin: String) {
            self.form = form
            self.origin = origin
        }
    }

    /// Creates a request.
    /// - Parameters:
    ///   - entries: The paths to start from.
    ///   - known: Path → hash of what the client holds.
    ///   - streams: Whether packs may come before the last module has been found.
    ///   - page: URL path of the document.
    ///   - importMaps: The texts of the document's import maps.
    ///   - linked: How the client links modules, if it takes them linked.
    ///   - asksForDigest: Whether nothing but the graph's digest is asked for.
    ///   - id: The request's `id`.
    package init(
        entries: [String], known: [String: String] = [:], streams: Bool = false, page: String? = nil,
        importMaps: [String]? = nil, linked: LinkedForm? = nil, asksForDigest: Bool = false,
        id: RequestID? = nil
    ) {
        self.entries = entries
        self.known = known
        self.streams = streams
        self.page = page
        self.importMaps = importMaps
        self.linked = linked
        self.asksForDigest = asksForDigest
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
        var linked: LinkedForm?
        if let form = try fields.count(.linked, scanner), let origin = try fields.string(.origin, scanner) {
            linked = LinkedForm(form: form, origin: origin)
        }
        self.init(
            entries: entries, known: try fields.table(.known, scanner) ?? [:],
            streams: try fields.bool(.stream, scanner) ?? false, page: try fields.string(.page, scanner),
            importMaps: try fields.strings(.importMaps, scanner), linked: linked,
            asksForDigest: try fields.bool(.digest, scanner) ?? false, id: id)
    }
}
