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

    /// Whether it is known what a browser makes of a specifier on a page without import maps.
    static func isSpecifier(_ specifier: String) -> Bool {
        switch Form(specifier) {
        case .relative(_, let rest), .node(let rest): isPath(rest)
        // A second slash would begin a host.
        case .rooted(let rest): rest.first != UInt8(ascii: "/") && isPath(rest)
        // What looks like a scheme has a colon.
        case .bare: isPath(specifier.utf8[...])
        }
    }

    /// The path that a specifier for which ``isSpecifier(_:)`` is true leads to; `nil` when it stays as it is.
    /// - Parameter path: The importing module's.
    static func resolve(_ specifier: String, from path: String) -> [UInt8]? {
        switch Form(specifier) {
        case .relative, .rooted: join(specifier, to: path)
        case .node, .bare: nil
        }
    }

    /// A relative or rooted reference joined to a module's path; what begins with neither is relative.
    static func join(_ reference: String, to path: String) -> [UInt8] {
        var folder = segments(of: path.utf8[...]).dropLast()
        var rest = reference.utf8[...]
        switch Form(reference) {
        case .relative(let up, let tail):
            folder = folder.dropLast(up)
            rest = tail
        case .rooted(let tail):
            return Array(tail)
        case .node, .bare:
            break
        }
        var joined: [UInt8] = []
        for segment in folder {
            joined.append(contentsOf: segment)
            joined.append(UInt8(ascii: "/"))
        }
        return joined + rest
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
