/// A binary frame that carries many modules: magic, header length, JSON header, then the modules' bytes.
///
/// The header is split so that a finished frame can be kept and sent with any `id`:
/// ``opening(id:closingCount:)`` differs per request, ``headerClosing(last:modules:)`` does not.
package enum Pack {
    /// The first four bytes of every pack.
    package static let magic: [UInt8] = Array("PLP1".utf8)

    /// Everything before the modules' bytes.
    /// - Parameters:
    ///   - id: The request's.
    ///   - last: Whether this is the last pack of an answer.
    ///   - modules: In the order of their bytes.
    package static func encodeHeader(id: RequestID?, last: Bool, modules: [PackEntry]) -> [UInt8] {
        let closing = headerClosing(last: last, modules: modules.map(\.encoded))
        return opening(id: id, closingCount: closing.count) + closing
    }

    /// Magic, header length and the start of the header: `{`, or `{"id":…,`.
    /// - Parameters:
    ///   - id: The request's.
    ///   - closingCount: Bytes of the rest of the header.
    package static func opening(id: RequestID?, closingCount: Int) -> [UInt8] {
        let brace = ServerMessage.openBrace(id: id)
        let length = UInt32(brace.count + closingCount)
        var bytes = magic
        bytes.reserveCapacity(8 + brace.count)
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: length >> shift))
        }
        return bytes + brace
    }

    /// The header without its opening brace and `id`.
    /// - Parameters:
    ///   - last: Whether this is the last pack of an answer.
    ///   - modules: In the order of their bytes.
    package static func headerClosing(last: Bool, modules: [EncodedPackEntry]) -> [UInt8] {
        var bytes = 0
        for module in modules { bytes += module.json.count + 1 }
        var json: [UInt8] = []
        json.reserveCapacity(bytes + 40)
        if last {
            json.appendRaw(#""last":true,"modules":["#)
        } else {
            json.appendRaw(#""last":false,"modules":["#)
        }
        for module in modules {
            json.append(contentsOf: module.json)
            json.append(UInt8(ascii: ","))
        }
        if !modules.isEmpty { json.removeLast() }
        json.appendRaw("]}")
        return json
    }
}
