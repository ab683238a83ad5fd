/// One import of a module: where its specifier stands and what it resolves to.
///
/// With the ranges of all of them a client links a module without parsing it.
package struct ImportRecord: Sendable, Equatable {
    /// What stands at the range.
    package enum Kind: String, Sendable {
        /// `import … from "x"`, `import "x"`, `export … from "x"`: the string literal with its quotes.
        case `static`
        /// `import("x")`: the string literal with its quotes.
        case dynamic
        /// `import(expression)`: the first argument.
        case computed
        /// `import.meta`, or `import.meta.url` and the like as a whole.
        case meta
    }

    /// Which property of `import.meta` is used.
    package enum MetaProperty: String, Sendable {
        /// `import.meta.url`
        case url
        /// `import.meta.resolve`
        case resolve
        /// `import.meta` itself or any other property.
        case other
    }

    /// What stands at the range.
    package var kind: Kind
    /// Byte range in the module's UTF-8 text.
    package var range: Range<Int>
    /// The specifier with its escapes resolved; `nil` for computed and meta.
    package var specifier: String?
    /// What the specifier resolves to on this site; `nil` for bare specifiers and other sites.
    package var path: String?
    /// The import attribute `type`, such as `json` or `css`.
    package var type: String?
    /// For ``Kind/meta``: which property.
    package var property: MetaProperty?
    /// For ``Kind/computed`` with one argument: the offset of the keyword `import`, which a client may replace.
    package var keyword: Int?

    /// Creates a record.
    /// - Parameters:
    ///   - kind: What stands at the range.
    ///   - range: Byte range in the module's UTF-8 text.
    ///   - specifier: The specifier with its escapes resolved.
    ///   - path: What the specifier resolves to on this site.
    ///   - type: The import attribute `type`.
    ///   - property: For ``Kind/meta``: which property.
    ///   - keyword: For ``Kind/computed`` with one argument: the offset of the keyword `import`.
    package init(
        kind: Kind, range: Range<Int>, specifier: String? = nil, path: String? = nil, type: String? = nil,
        property: MetaProperty? = nil, keyword: Int? = nil
    ) {
        self.kind = kind
        self.range = range
        self.specifier = specifier
        self.path = path
        self.type = type
        self.property = property
        self.keyword = keyword
    }

    func append(to json: inout [UInt8]) {
        json.appendRaw(#"{"kind":""#)
        json.append(contentsOf: kind.rawValue.utf8)
        json.appendRaw(#"","start":"#)
        json.appendJSON(range.lowerBound)
        json.appendRaw(#","end":"#)
        json.appendJSON(range.upperBound)
        if let specifier {
            json.appendRaw(#","specifier":"#)
            json.appendJSON(specifier)
        }
        if let path {
            json.appendRaw(#","path":"#)
            json.appendJSON(path)
        }
        if let type {
            json.appendRaw(#","type":"#)
            json.appendJSON(type)
        }
        if let property {
            json.appendRaw(#","property":"#)
            json.appendJSON(property.rawValue)
        }
        if let keyword {
            json.appendRaw(#","keyword":"#)
            json.appendJSON(keyword)
        }
        json.append(UInt8(ascii: "}"))
    }
}
