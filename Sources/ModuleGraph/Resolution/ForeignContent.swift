/// Where the parser is between HTML, SVG and MathML, whose elements are tokenized differently.
///
/// A reduced form of the HTML Standard's stack of open elements: only what is open in SVG and MathML.
struct ForeignContent {
    private enum Kind {
        case foreign
        /// An element of SVG or MathML in which HTML stands again.
        case integrationPoint
    }

    private var open: [(name: [UInt8], kind: Kind)] = []

    /// Whether the next tag belongs to SVG or MathML.
    var isInside: Bool { open.last?.kind == .foreign }

    /// Takes note of a tag.
    /// - Parameters:
    ///   - name: Lower case.
    ///   - opensHTML: Whether the attributes make `annotation-xml` an integration point.
    /// - Returns: Whether the tag is one of HTML.
    mutating func handle(_ name: [UInt8], isEnd: Bool, isSelfClosing: Bool, opensHTML: Bool) -> Bool {
        if isEnd { return handleEnd(name) }
        if isInside, !Self.breaksOut(name) {
            let isPoint = opensHTML || Self.isIntegrationPoint(name)
            push(name, isPoint ? .integrationPoint : .foreign, unless: isSelfClosing)
            return false
        }
        while isInside { open.removeLast() }
        guard name.elementsEqual("svg".utf8) || name.elementsEqual("math".utf8) else { return true }
        push(name, .foreign, unless: isSelfClosing)
        return false
    }

    private mutating func push(_ name: [UInt8], _ kind: Kind, unless isSelfClosing: Bool) {
        // Deeper nesting than any page has is parsed as the level it stops at.
        if !isSelfClosing, open.count < ResolutionLimits.foreignElements { open.append((name, kind)) }
    }

    private mutating func handleEnd(_ name: [UInt8]) -> Bool {
        guard isInside else {
            guard let top = open.last, top.name == name else { return true }
            open.removeLast()
            return false
        }
        let start = open.lastIndex { $0.kind == .integrationPoint }.map { $0 + 1 } ?? 0
        if let match = open[start...].lastIndex(where: { $0.name == name }) {
            open.removeSubrange(match...)
            return false
        }
        // The end of an HTML element around the SVG closes that as well.
        open.removeSubrange(start...)
        return handleEnd(name)
    }

    private static func isIntegrationPoint(_ name: [UInt8]) -> Bool {
        switch String(decoding: name, as: UTF8.self) {
        case "foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext": true
        default: false
        }
    }

    /// Start tags that end SVG and MathML (HTML Standard, "The rules for parsing tokens in foreign content").
    private static func breaksOut(_ name: [UInt8]) -> Bool {
        switch String(decoding: name, as: UTF8.self) {
        case "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed",
            "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta",
            "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong", "strike", "sub", "sup", "table",
            "tt", "u", "ul", "var":
            true
        default: false
        }
    }
}
