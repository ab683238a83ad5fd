/// The URL Standard's basic URL parser, as far as ``SiteURL`` goes; works on UTF-8 bytes in one pass.
struct SiteURLParser {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    private var output: [UInt8] = []
    private var form = SiteURL.Form.site
    private var schemeEnd = 0
    private var pathStart = 0

    /// The URL of a path below the root that is written without percent sequences, save `%25`.
    static func siteURL(ofPath path: Bytes) -> SiteURL {
        var parser = SiteURLParser()
        parser.output.reserveCapacity(path.count + 1)
        parser.output.append(UInt8(ascii: "/"))
        return parser.finish(parser.appendPath(path[...]))
    }

    /// Parses a URL.
    /// - Parameters:
    ///   - input: UTF-8.
    ///   - base: What a relative reference is resolved against; without one, there are none.
    static func parse(_ input: Bytes, base: SiteURL?) -> SiteURL? {
        var slice = input[...]
        while let byte = slice.first, byte <= 0x20 { slice.removeFirst() }
        while let byte = slice.last, byte <= 0x20 { slice.removeLast() }
        guard slice.contains(where: isTabOrNewline) else { return parseTrimmed(slice, base: base) }
        let kept = slice.filter { !isTabOrNewline($0) }
        return kept.withUnsafeBufferPointer { parseTrimmed($0[...], base: base) }
    }

    private static func isTabOrNewline(_ byte: UInt8) -> Bool { byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func parseTrimmed(_ text: Slice<Bytes>, base: SiteURL?) -> SiteURL? {
        var parser = SiteURLParser()
        parser.output.reserveCapacity(text.count + (base?.bytes.count ?? 0) + 8)
        guard let colon = schemeEnd(text) else {
            return base.flatMap { parser.parseReference(text, base: $0) }
        }
        let scheme = text[..<colon].map(URLBytes.lowercased)
        let rest = text[(colon + 1)...]
        if let base, base.form == .special, base.scheme.elementsEqual(scheme), !rest.starts(with: "//".utf8) {
            return parser.parseReference(rest, base: base)
        }
        return parser.parseAbsolute(scheme: scheme, rest)
    }

    static let root = SiteURL(
        bytes: [UInt8(ascii: "/")], form: .site, schemeEnd: 0, pathStart: 0, fragmentStart: 1)

    /// Where a scheme's colon is.
    private static func schemeEnd(_ text: Slice<Bytes>) -> Int? {
        guard let first = text.first, URLBytes.isLetter(first) else { return nil }
        for index in text.indices where !URLBytes.isSchemeByte(text[index]) {
            return text[index] == UInt8(ascii: ":") ? index : nil
        }
        return nil
    }

    // MARK: Absolute URLs

    private mutating func parseAbsolute(scheme: [UInt8], _ rest: Slice<Bytes>) -> SiteURL? {
        output.append(contentsOf: scheme)
        output.append(UInt8(ascii: ":"))
        schemeEnd = scheme.count
        if scheme.elementsEqual("file".utf8) {
            form = .special
            output.append(contentsOf: "//".utf8)
            let slashes = rest.prefix(2).prefix(while: isSlash).count
            return parseAuthority(slashes == 2 ? rest.dropFirst(2) : rest, hasHost: slashes == 2)
        }
        if let port = URLBytes.defaultPort(scheme) {
            form = .special
            output.append(contentsOf: "//".utf8)
            return parseAuthority(rest.drop(while: isSlash), defaultPort: port, needsHost: true)
        }
        if rest.starts(with: "//".utf8) {
            form = .hierarchical
            output.append(contentsOf: "//".utf8)
            return parseAuthority(rest.dropFirst(2))
        }
        pathStart = output.count
        if rest.first == UInt8(ascii: "/") {
            form = .hierarchical
            return parsePath(rest)
        }
        form = .opaque
        let end = rest.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? rest.endIndex
        append(rest[..<end], encoding: URLBytes.isControl)
        return finish(rest[end...])
    }

    private mutating func parseAuthority(
        _ text: Slice<Bytes>, defaultPort: Int? = nil, needsHost: Bool = false, hasHost: Bool = true
    ) -> SiteURL? {
        guard hasHost else {
            pathStart = output.count
            return parsePath(text)
        }
        let end =
            text.firstIndex { isSlash($0) || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
            ?? text.endIndex
        var host = text[..<end]
        if let at = host.lastIndex(of: UInt8(ascii: "@")) {
            append(host[...at], encoding: URLBytes.isEncodedInPath)
            host = host[(at + 1)...]
        }
        var port = host[host.endIndex...]
        // A colon inside the brackets belongs to an IPv6 address.
        let bracket = host.lastIndex(of: UInt8(ascii: "]")) ?? host.startIndex
        if let colon = host[bracket...].firstIndex(of: UInt8(ascii: ":")) {
            port = host[(colon + 1)...]
            host = host[..<colon]
        }
        guard !host.isEmpty || !needsHost, appendHost(host), appendPort(port, defaultPort: defaultPort) else {
            return nil
        }
        pathStart = output.count
        return parsePath(text[end...])
    }

    private mutating func appendHost(_ host: Slice<Bytes>) -> Bool {
        var name = host
        if host.first == UInt8(ascii: "[") {
            guard host.last == UInt8(ascii: "]"), host.count > 2 else { return false }
            name = host.dropFirst().dropLast()
        }
        let isBracketed = name.count < host.count
        for byte in name where URLBytes.isForbiddenInHost(byte) && !(isBracketed && byte == UInt8(ascii: ":"))
        {
            return false
        }
        for byte in host { output.append(form.isSpecial ? URLBytes.lowercased(byte) : byte) }
        return true
    }

    private mutating func appendPort(_ digits: Slice<Bytes>, defaultPort: Int?) -> Bool {
        guard !digits.isEmpty else { return true }
        var port = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return false }
            port = port * 10 + Int(byte - UInt8(ascii: "0"))
            guard port <= UInt16.max else { return false }
        }
        if port != defaultPort { output.append(contentsOf: ":\(port)".utf8) }
        return true
    }

    // MARK: Relative references

    private mutating func parseReference(_ text: Slice<Bytes>, base: SiteURL) -> SiteURL? {
        form = base.form
        schemeEnd = base.schemeEnd
        pathStart = base.pathStart
        if form == .opaque {
            guard text.first == UInt8(ascii: "#") else { return nil }
            output.append(contentsOf: base.bytes[..<base.fragmentStart])
            return finish(text)
        }
        if let first = text.first, isSlash(first) {
            if let second = text.dropFirst().first, isSlash(second) {
                return parseNetworkPath(text, base: base)
            }
            output.append(contentsOf: base.bytes[..<pathStart])
            return parsePath(text)
        }
        let queryStart =
            base.bytes[pathStart..<base.fragmentStart].firstIndex(of: UInt8(ascii: "?")) ?? base.fragmentStart
        guard let first = text.first, first != UInt8(ascii: "#") else {
            output.append(contentsOf: base.bytes[..<base.fragmentStart])
            return finish(text)
        }
        if first == UInt8(ascii: "?") {
            output.append(contentsOf: base.bytes[..<queryStart])
            return finish(text)
        }
        if let slash = base.bytes[pathStart..<queryStart].lastIndex(of: UInt8(ascii: "/")) {
            output.append(contentsOf: base.bytes[...slash])
        } else {
            output.append(contentsOf: base.bytes[..<pathStart])
            output.append(UInt8(ascii: "/"))
        }
        return finish(appendPath(text))
    }

    /// `//host/path`.
    private mutating func parseNetworkPath(_ text: Slice<Bytes>, base: SiteURL) -> SiteURL? {
        parseAbsolute(scheme: form == .site ? Array("https".utf8) : Array(base.scheme), text)
    }

    // MARK: Path, query, fragment

    /// Parses what follows the authority.
    private mutating func parsePath(_ text: Slice<Bytes>) -> SiteURL? {
        var path = text
        if let first = text.first, isSlash(first) { path = text.dropFirst() }
        if form.isSpecial || path.count < text.count {
            output.append(UInt8(ascii: "/"))
            path = appendPath(path)
        }
        return finish(path)
    }

    /// Appends the segments of a path to an output that ends with a slash.
    /// - Returns: What stands behind the path: nothing, a query or a fragment.
    private mutating func appendPath(_ text: Slice<Bytes>) -> Slice<Bytes> {
        var rest = text
        while true {
            let end =
                rest.firstIndex { isSlash($0) || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
                ?? rest.endIndex
            let segment = rest[..<end]
            let hasSlash = end < rest.endIndex && isSlash(rest[end])
            switch URLBytes.dots(segment) {
            case 1: break
            case 2: popSegment()
            default:
                append(segment, encoding: URLBytes.isEncodedInPath)
                if hasSlash { output.append(UInt8(ascii: "/")) }
            }
            rest = rest[end...]
            guard hasSlash else { return rest }
            rest = rest.dropFirst()
        }
    }

    private mutating func popSegment() {
        guard output.count > pathStart + 1 else { return }
        output.removeLast()
        while output.last != UInt8(ascii: "/") { output.removeLast() }
    }

    /// Appends query and fragment.
    /// - Parameter text: Empty, or starting with `?` or `#`.
    private mutating func finish(_ text: Slice<Bytes>) -> SiteURL {
        var rest = text
        if rest.first == UInt8(ascii: "?") {
            let end = rest.firstIndex(of: UInt8(ascii: "#")) ?? rest.endIndex
            append(
                rest[..<end],
                encoding: form.isSpecial ? URLBytes.isEncodedInSpecialQuery : URLBytes.isEncodedInQuery)
            rest = rest[end...]
        }
        let fragmentStart = output.count
        append(rest.prefix(1), encoding: URLBytes.isControl)
        append(rest.dropFirst(), encoding: URLBytes.isEncodedInFragment)
        return SiteURL(
            bytes: output, form: form, schemeEnd: schemeEnd, pathStart: pathStart,
            fragmentStart: fragmentStart)
    }

    private mutating func append(_ text: Slice<Bytes>, encoding isEncoded: (UInt8) -> Bool) {
        var rest = text
        while let index = rest.firstIndex(where: isEncoded) {
            output.append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<index]))
            output.append(UInt8(ascii: "%"))
            output.append(URLBytes.upperDigit(rest[index] >> 4))
            output.append(URLBytes.upperDigit(rest[index] & 0x0F))
            rest = rest[(index + 1)...]
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: rest))
    }

    private func isSlash(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || (byte == UInt8(ascii: "\\") && form.isSpecial)
    }
}
