/// Resolves character references in an attribute's value.
///
/// The numeric ones and the five of XML; a page names its base URL and its script types with no other.
enum CharacterReferences {
    static func resolve(_ text: Slice<UnsafeRawBufferPointer>) -> String {
        guard text.contains(UInt8(ascii: "&")) else { return String(decoding: text, as: UTF8.self) }
        var resolved: [UInt8] = []
        var rest = text
        while let byte = rest.first {
            if byte == UInt8(ascii: "&"), let (scalar, length) = reference(rest) {
                resolved.append(contentsOf: Character(scalar).utf8)
                rest = rest.dropFirst(length)
            } else {
                resolved.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: resolved, as: UTF8.self)
    }

    /// The reference at the start of a text, and its length.
    private static func reference(_ text: Slice<UnsafeRawBufferPointer>) -> (Unicode.Scalar, Int)? {
        let name = text.prefix(longestName + 2).dropFirst().prefix { $0 != UInt8(ascii: ";") }
        guard name.endIndex < text.endIndex, text[name.endIndex] == UInt8(ascii: ";") else { return nil }
        let scalar: Unicode.Scalar? =
            switch String(decoding: name, as: UTF8.self) {
            case "amp": "&"
            case "lt": "<"
            case "gt": ">"
            case "quot": "\""
            case "apos": "'"
            case let number where number.hasPrefix("#x") || number.hasPrefix("#X"):
                UInt32(number.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            case let number where number.hasPrefix("#"):
                UInt32(number.dropFirst()).flatMap(Unicode.Scalar.init)
            default: nil
            }
        return scalar.map { ($0, name.count + 2) }
    }

    /// Bytes of a reference without `&` and `;`, leading zeros allowed for.
    private static let longestName = 12
}
