/// Turns the spellings of a module path into the one that ``ModulePath`` keeps.
enum PathParser {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    static func parse(_ raw: Bytes, siteAuthorities: [String]) throws(ModuleError) -> String {
        guard raw.count <= ProtocolLimits.pathBytes else {
            throw ModuleError(
                .badRequest, message: "The path is longer than \(ProtocolLimits.pathBytes) bytes.")
        }
        let text = raw[...]
        if let (scheme, rest) = splitScheme(text) {
            return try parsePath(
                pathAfterAuthority(rest, scheme: scheme, siteAuthorities: siteAuthorities, raw: text),
                clampsToRoot: false)
        }
        if text.starts(with: "//".utf8) {
            return try parsePath(
                pathAfterAuthority(
                    text.dropFirst(2), scheme: "https", siteAuthorities: siteAuthorities, raw: text),
                clampsToRoot: false)
        }
        return try parsePath(text, clampsToRoot: false)
    }

    /// Normalises path and query.
    /// - Parameters:
    ///   - text: With or without leading slash.
    ///   - clampsToRoot: Whether `..` at the root stays there, as in a browser, or is an error.
    static func parsePath(_ text: Slice<Bytes>, clampsToRoot: Bool) throws(ModuleError) -> String {
        if let plain = plainPath(text) { return plain }
        if let bad = text.first(where: isForbiddenInFilePath) {
            throw forbidden(text, "it contains \(name(of: bad))")
        }
        let question = text.firstIndex(of: UInt8(ascii: "?"))
        let path = try decodePercent(text[..<(question ?? text.endIndex)], whole: text)
        let segments = try resolveDots(path, clampsToRoot: clampsToRoot, whole: text)
        var normalised = segments
        if let question {
            normalised.append(contentsOf: text[question...])
        }
        // The decoded path and the raw query are both checked, so this fails for neither.
        guard let string = String(validating: normalised, as: UTF8.self) else {
            throw ModuleError(
                .badRequest, path: shown(text), message: "The path \"\(shown(text))\" is not UTF-8.")
        }
        return string
    }

    /// The usual case: nothing to decode, nothing to resolve.
    private static func plainPath(_ text: Slice<Bytes>) -> String? {
        let path = text.first == UInt8(ascii: "/") ? text.dropFirst() : text
        var previous = UInt8(ascii: "/")
        for byte in path {
            guard !isForbiddenInFilePath(byte), byte != UInt8(ascii: "%"), byte != UInt8(ascii: "?") else {
                return nil
            }
            if previous == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") {
                return nil
            }
            previous = byte
        }
        return String(decoding: UnsafeBufferPointer(rebasing: path), as: UTF8.self)
    }

    static func isForbiddenInFilePath(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "#")
    }

    // MARK: Full URLs

    /// Splits `scheme://rest`.
    private static func splitScheme(_ text: Slice<Bytes>) -> (scheme: String, rest: Slice<Bytes>)? {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
            text[text.index(after: colon)...].starts(with: "//".utf8),
            text[..<colon].allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            })
        else { return nil }
        return (String(decoding: text[..<colon], as: UTF8.self).lowercased(), text[(colon + 3)...])
    }

    private static func pathAfterAuthority(
        _ rest: Slice<Bytes>, scheme: String, siteAuthorities: [String], raw: Slice<Bytes>
    ) throws(ModuleError) -> Slice<Bytes> {
        let end =
            rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
            ?? rest.endIndex
        let authority = String(decoding: rest[..<end], as: UTF8.self)
        guard let defaultPort = defaultPorts[scheme],
            siteAuthorities.contains(where: {
                withoutPort(authority, defaultPort) == withoutPort($0, defaultPort)
            })
        else {
            throw ModuleError(
                .forbidden, path: shown(raw),
                message: "\"\(shown(raw))\" is not on this site. Ask for a path of the site itself, "
                    + "such as lib/a.mjs.")
        }
        return rest[end...]
    }

    private static let defaultPorts = ["http": ":80", "ws": ":80", "https": ":443", "wss": ":443"]

    private static func withoutPort(_ authority: String, _ port: String) -> String {
        let authority = authority.lowercased()
        return authority.hasSuffix(port) ? String(authority.dropLast(port.utf8.count)) : authority
    }

    // MARK: Percent sequences and dots

    /// Decodes percent sequences once; the result is UTF-8 without forbidden bytes.
    private static func decodePercent(
        _ text: Slice<Bytes>, whole: Slice<Bytes>
    ) throws(ModuleError) -> [UInt8] {
        guard text.contains(UInt8(ascii: "%")) else { return Array(text) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                index += 1
                continue
            }
            guard text.endIndex - index >= 3, let high = hexadecimal(text[index + 1]),
                let low = hexadecimal(text[index + 2])
            else {
                throw ModuleError(
                    .badRequest, path: shown(whole),
                    message: "The path \"\(shown(whole))\" has a % without two hexadecimal digits. "
                        + "Write %25 for a percent sign.")
            }
            decoded.append(high << 4 | low)
            index += 3
        }
        if let bad = decoded.first(where: { isForbiddenInFilePath($0) || $0 == UInt8(ascii: "?") }) {
            throw forbidden(whole, "it contains \(name(of: bad)), percent-encoded")
        }
        guard String(validating: decoded, as: UTF8.self) != nil else {
            throw ModuleError(
                .badRequest, path: shown(whole),
                message: "The path \"\(shown(whole))\" is not UTF-8 when decoded.")
        }
        return decoded
    }

    /// Resolves `.` and `..` and drops empty segments; `%` becomes `%25` again.
    private static func resolveDots(
        _ path: [UInt8], clampsToRoot: Bool, whole: Slice<Bytes>
    ) throws(ModuleError) -> [UInt8] {
        var segments: [ArraySlice<UInt8>] = []
        var endsAsFolder = true
        for segment in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            endsAsFolder = true
            if segment.isEmpty || segment.elementsEqual(".".utf8) { continue }
            if segment.elementsEqual("..".utf8) {
                guard segments.popLast() != nil || clampsToRoot else {
                    throw forbidden(whole, "it leaves the root")
                }
                continue
            }
            endsAsFolder = false
            segments.append(segment)
        }
        var result: [UInt8] = []
        result.reserveCapacity(path.count + 1)
        for (index, segment) in segments.enumerated() {
            if index > 0 { result.append(UInt8(ascii: "/")) }
            for byte in segment {
                result.append(byte)
                if byte == UInt8(ascii: "%") { result.append(contentsOf: "25".utf8) }
            }
        }
        if endsAsFolder, !segments.isEmpty { result.append(UInt8(ascii: "/")) }
        return result
    }

    static func escapingPercent(_ path: String) -> String {
        guard path.utf8.contains(UInt8(ascii: "%")) else { return path }
        return String(
            decoding: path.utf8.flatMap { $0 == UInt8(ascii: "%") ? Array("%25".utf8) : [$0] }, as: UTF8.self)
    }

    static func unescapingPercent(_ path: Substring) -> String {
        var bytes: [UInt8] = []
        var toSkip = 0
        for byte in path.utf8 {
            if toSkip > 0 {
                toSkip -= 1
                continue
            }
            bytes.append(byte)
            // A normalised path has no percent sequence but %25.
            if byte == UInt8(ascii: "%") { toSkip = 2 }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Encodes what may not stand in a URL's path or query (RFC 3986 sections 3.3 and 3.4).
    static func percentEncoding(_ text: String, query: Bool) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isURLByte(byte) || (query && (byte == UInt8(ascii: "%") || byte == UInt8(ascii: "?"))) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(upperDigit(byte >> 4))
                encoded.append(upperDigit(byte & 0x0F))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// `pchar` without percent sequences, and the slash.
    private static func isURLByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=:@/".utf8.contains(byte)
        }
    }

    private static func upperDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    // MARK: Messages

    private static func forbidden(_ text: Slice<Bytes>, _ reason: String) -> ModuleError {
        ModuleError(
            .forbidden, path: shown(text),
            message: "The path \"\(shown(text))\" is not served: \(reason). "
                + "Ask for a path below the root, such as lib/a.mjs.")
    }

    private static func name(of byte: UInt8) -> String {
        switch byte {
        case 0: "a NUL"
        case UInt8(ascii: "\\"): "a backslash"
        case UInt8(ascii: "#"): "a #"
        case UInt8(ascii: "?"): "a ?"
        default: "a control character"
        }
    }

    /// A path as it may be repeated in a message: clipped, control characters replaced.
    private static func shown(_ text: Slice<Bytes>) -> String {
        let clipped = String(
            decoding: text.prefix(200).map { $0 < 0x20 || $0 == 0x7F ? 0x3F : $0 }, as: UTF8.self)
        return text.count > 200 ? clipped + "…" : clipped
    }
}
