/// One extension of a `Sec-WebSocket-Extensions` header: a name and its parameters in order.
struct ExtensionOffer: Equatable {
    struct Parameter: Equatable {
        let name: String
        let value: String?
    }

    let name: String
    var parameters: [Parameter] = []
}

/// Parser of `Sec-WebSocket-Extensions` (RFC 6455 section 9.1).
///
/// ```
/// extension-list  = 1#extension
/// extension       = extension-token *( ";" extension-param )
/// extension-param = token [ "=" ( token | quoted-string ) ]   ; the unquoted value must be a token
/// ```
struct ExtensionHeaderParser {
    private let bytes: [UInt8]
    private var index = 0

    /// The extensions offered in one header value, or nil when the value does not follow the grammar.
    static func parse(_ header: String) -> [ExtensionOffer]? {
        var parser = ExtensionHeaderParser(bytes: Array(header.utf8))
        return parser.list()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func list() -> [ExtensionOffer]? {
        var offers: [ExtensionOffer] = []
        while true {
            skipWhitespace()
            // RFC 9110 section 5.6.1: recipients accept empty list elements.
            if consume(UInt8(ascii: ",")) { continue }
            if index == bytes.count { break }
            guard let offer = element() else { return nil }
            offers.append(offer)
            skipWhitespace()
            if index == bytes.count { break }
            guard consume(UInt8(ascii: ",")) else { return nil }
        }
        return offers.isEmpty ? nil : offers
    }

    private mutating func element() -> ExtensionOffer? {
        guard let name = token() else { return nil }
        var offer = ExtensionOffer(name: name)
        while true {
            skipWhitespace()
            guard consume(UInt8(ascii: ";")) else { return offer }
            skipWhitespace()
            guard let parameter = token() else { return nil }
            skipWhitespace()
            guard consume(UInt8(ascii: "=")) else {
                offer.parameters.append(.init(name: parameter, value: nil))
                continue
            }
            skipWhitespace()
            guard let value = consume(UInt8(ascii: "\"")) ? quotedToken() : token() else { return nil }
            offer.parameters.append(.init(name: parameter, value: value))
        }
    }

    private mutating func token() -> String? {
        let start = index
        while index < bytes.count, Self.isTokenByte(bytes[index]) { index += 1 }
        return index == start ? nil : String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func quotedToken() -> String? {
        var value: [UInt8] = []
        while index < bytes.count {
            var byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                guard index < bytes.count else { return nil }
                byte = bytes[index]
                index += 1
            }
            guard Self.isTokenByte(byte) else { return nil }
            value.append(byte)
        }
        return nil
    }

    private mutating func skipWhitespace() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// RFC 9110 section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default:
            false
        }
    }
}
