import ModuleProtocol

/// Linked modules as one import map, which a page adds as it comes, and what it takes to have their own texts back.
///
/// A value; filled on any thread.
package struct LinkedPart: Sendable {
    /// Whether the modules are too large for `data:` URLs: the page makes `blob:` URLs of the texts.
    package let isForBlobs: Bool
    private var modules: [(path: String, hash: String, entry: EncodedPackEntry)] = []
    private var bytes = 0
    private var importMap = Array(#"{"imports":{"#.utf8)
    private var changes: [UInt8] = [UInt8(ascii: "[")]

    /// - Parameter isForBlobs: Whether the modules are too large for `data:` URLs.
    package init(isForBlobs: Bool) { self.isForBlobs = isForBlobs }

    /// Whether there is no module in it.
    package var isEmpty: Bool { modules.isEmpty }

    /// Adds a module.
    /// - Parameters:
    ///   - linked: The module as it is linked.
    ///   - path: Its path.
    ///   - hash: Its hash.
    ///   - entry: What stands for it in packs.
    ///   - size: Bytes of its own text.
    package mutating func add(
        _ linked: ModuleLinker.Linked, path: ModulePath, hash: String, entry: EncodedPackEntry, size: Int
    ) {
        if !modules.isEmpty {
            importMap.append(UInt8(ascii: ","))
            changes.append(UInt8(ascii: ","))
        }
        modules.append((path.string, hash, entry))
        bytes += size
        importMap.append(UInt8(ascii: "\""))
        importMap.append(contentsOf: linked.url)
        importMap.append(contentsOf: #"":"data:text/javascript,"#.utf8)
        DataURL.appendEscaped(linked.text, to: &importMap)
        importMap.append(UInt8(ascii: "\""))
        changes.append(UInt8(ascii: "["))
        for (index, change) in linked.changes.enumerated() {
            if index > 0 { changes.append(UInt8(ascii: ",")) }
            changes.append(UInt8(ascii: "["))
            changes.appendJSON(change.range.lowerBound)
            changes.append(UInt8(ascii: ","))
            changes.appendJSON(change.range.count)
            changes.append(UInt8(ascii: ","))
            change.original.withUnsafeBytes { changes.appendJSON(utf8: $0) }
            changes.append(UInt8(ascii: "]"))
        }
        changes.append(UInt8(ascii: "]"))
    }

    /// The part as the message `module:linked`.
    /// - Parameter id: The request's.
    package func message(id: RequestID?) -> [UInt8] {
        ServerMessage.moduleLinked(
            modules, bytes: bytes, isForBlobs: isForBlobs, importMap: importMap + Array("}}".utf8),
            changes: changes + [UInt8(ascii: "]")], id: id)
    }
}

/// Text in `data:` URLs that stand in JSON; the client's `dataURL` in its own words.
enum DataURL {
    private static let digits = Array("0123456789ABCDEF".utf8)
    /// Bytes that are written as three: what URLs change, drop or give a meaning, what JSON escapes, and the slash, since
    /// Chromium keeps account of every prefix of an importer's URL that ends in one.
    private static let isEscaped: [Bool] = (0..<256).map { byte in
        byte < 0x20 || byte > 0x7E || Array(#"%#?/"\"#.utf8).contains(UInt8(byte))
    }

    static func appendEscaped(_ text: [UInt8], to json: inout [UInt8]) {
        isEscaped.withUnsafeBufferPointer { isEscaped in
            text.withUnsafeBufferPointer { text in
                var start = 0
                for index in text.indices where isEscaped[Int(text[index])] {
                    json.append(contentsOf: text[start..<index])
                    json.append(UInt8(ascii: "%"))
                    json.append(digits[Int(text[index] >> 4)])
                    json.append(digits[Int(text[index] & 15)])
                    start = index + 1
                }
                json.append(contentsOf: text[start...])
            }
        }
    }
}
