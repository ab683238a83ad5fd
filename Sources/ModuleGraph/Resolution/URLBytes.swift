/// The URL Standard's classes of bytes.
enum URLBytes {
    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    static func isSchemeByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// The port that a special scheme with a host does not write; `nil` for every other scheme.
    static func defaultPort(_ scheme: [UInt8]) -> Int? {
        switch String(decoding: scheme, as: UTF8.self) {
        case "http", "ws": 80
        case "https", "wss": 443
        case "ftp": 21
        default: nil
        }
    }

    /// C0 control percent-encode set.
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte > 0x7E }

    /// Fragment percent-encode set.
    static func isEncodedInFragment(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"):
            true
        default: isControl(byte)
        }
    }

    /// Query percent-encode set.
    static func isEncodedInQuery(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"):
            true
        default: isControl(byte)
        }
    }

    /// Special-query percent-encode set.
    static func isEncodedInSpecialQuery(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "'") || isEncodedInQuery(byte)
    }

    /// Path percent-encode set.
    static func isEncodedInPath(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            true
        default: isEncodedInQuery(byte)
        }
    }

    /// Forbidden host code points; a percent sign is let through, since such a host is kept undecoded.
    static func isForbiddenInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "#"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "["), UInt8(ascii: "\\"), UInt8(ascii: "]"),
            UInt8(ascii: "^"), UInt8(ascii: "|"), 0x7F:
            true
        default: byte <= 0x20
        }
    }

    /// Whether a segment is `.` (1) or `..` (2), dots that are percent-encoded included; 0 for any other.
    static func dots(_ segment: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        guard let first = segment.first, first == UInt8(ascii: ".") || first == UInt8(ascii: "%"),
            segment.count <= 6
        else { return 0 }
        var rest = segment
        var dots = 0
        while let byte = rest.first {
            if byte == UInt8(ascii: ".") {
                rest = rest.dropFirst()
            } else {
                let code = rest.prefix(3)
                guard code.elementsEqual("%2e".utf8) || code.elementsEqual("%2E".utf8) else { return 0 }
                rest = rest.dropFirst(3)
            }
            dots += 1
        }
        return dots <= 2 ? dots : 0
    }

    static func upperDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
