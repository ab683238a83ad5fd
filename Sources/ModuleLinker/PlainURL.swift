/// Paths and specifiers that a URL parser takes as they are, so that none is needed to join them.
enum PlainURL {
    /// Whether a byte may stand in a path segment: browsers write all of these as they are.
    static func isSegmentByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "$"):
            true
        default: false
        }
    }

    /// Whether a byte may stand in a host with its port.
    static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// Whether this is a path of segments none of which is `.` or `..`, the last of which is a file's name.
    ///
    /// Empty segments are segments like others, as for browsers.
    static func isPath(_ path: Substring.UTF8View) -> Bool {
        guard path.allSatisfy({ isSegmentByte($0) || $0 == UInt8(ascii: "/") }) else { return false }
        let segments = segments(of: path)
        return segments.last?.isEmpty == false
            && segments.allSatisfy { !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
    }

    private static func segments(of path: Substring.UTF8View) -> [Substring.UTF8View] {
        path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    }

    /// What a browser makes of a specifier on a page without import maps.
    enum Reading {
        /// The URL that it leads to when it is joined with the importing module's.
        case joined
        /// It stays as it is.
        case unchanged
        /// That takes a URL parser.
        case unknown
    }

    /// How a browser reads a specifier.
    static func reading(of specifier: String) -> Reading {
        switch Form(specifier) {
        case .relative(_, let rest): isPath(rest) ? .joined : .unknown
        // A second slash would begin a host.
        case .rooted(let rest): rest.first != UInt8(ascii: "/") && isPath(rest) ? .joined : .unknown
        case .node(let rest): isPath(rest) ? .unchanged : .unknown
        // What looks like a scheme has a colon.
        case .bare: isPath(specifier.utf8[...]) ? .unchanged : .unknown
        }
    }

    /// What a reference is after it has been joined to a module's path: so many bytes of the path, then the reference
    /// without its first bytes; what begins with neither dots nor a slash is relative.
    static func joint(of reference: String, with path: String) -> (kept: Int, skipped: Int) {
        let count = reference.utf8.count
        switch Form(reference) {
        case .relative(let up, let rest):
            var folder = path.utf8[...]
            for _ in 0...up {
                let slash = folder.dropLast().lastIndex(of: UInt8(ascii: "/"))
                folder = slash.map { folder[...$0] } ?? folder.prefix(0)
            }
            return (folder.count, count - rest.count)
        case .rooted:
            return (0, 1)
        case .node, .bare:
            return (joint(of: "./" + reference, with: path).kept, 0)
        }
    }

    /// How a specifier begins.
    private enum Form {
        /// With `./`, or so many times `../`.
        case relative(up: Int, Substring.UTF8View)
        case rooted(Substring.UTF8View)
        case node(Substring.UTF8View)
        case bare

        init(_ specifier: String) {
            let bytes = specifier.utf8[...]
            if bytes.starts(with: "./".utf8) {
                self = .relative(up: 0, bytes.dropFirst(2))
            } else if bytes.starts(with: "../".utf8) {
                var rest = bytes
                var up = 0
                while rest.starts(with: "../".utf8) {
                    rest = rest.dropFirst(3)
                    up += 1
                }
                self = .relative(up: up, rest)
            } else if bytes.first == UInt8(ascii: "/") {
                self = .rooted(bytes.dropFirst())
            } else if bytes.starts(with: "node:".utf8) {
                self = .node(bytes.dropFirst(5))
            } else {
                self = .bare
            }
        }
    }
}
