/// Answers as bytes.
enum Wire {
    /// A whole answer with its length.
    static func answer(
        _ body: [UInt8], status: String = "200 OK", headers: [String] = [], version: String = "HTTP/1.1"
    ) -> [UInt8] {
        head(status: status, headers: headers + ["Content-Length: \(body.count)"], version: version) + body
    }

    static func answer(
        _ body: String, status: String = "200 OK", headers: [String] = [], version: String = "HTTP/1.1"
    ) -> [UInt8] {
        answer(Array(body.utf8), status: status, headers: headers, version: version)
    }

    static func head(status: String = "200 OK", headers: [String] = [], version: String = "HTTP/1.1")
        -> [UInt8]
    {
        Array((["\(version) \(status)"] + headers + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// A whole answer in chunks of that size.
    static func chunked(_ body: [UInt8], size: Int, headers: [String] = []) -> [UInt8] {
        var bytes = head(headers: headers + ["Transfer-Encoding: chunked"])
        for start in stride(from: 0, to: body.count, by: size) {
            let chunk = body[start..<min(start + size, body.count)]
            bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    static func redirect(to location: String, status: String = "302 Found") -> [UInt8] {
        answer("", status: status, headers: ["Location: \(location)"])
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
