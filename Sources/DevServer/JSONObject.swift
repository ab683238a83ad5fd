import ModuleProtocol

/// Writes one JSON object, member by member, in the order in which they are added.
struct JSONObject {
    private var json: [UInt8] = []

    /// The object's text.
    var bytes: [UInt8] { [UInt8(ascii: "{")] + json + [UInt8(ascii: "}")] }

    mutating func add(_ name: String, _ text: String?) {
        begin(name)
        if let text { json.appendJSON(text) } else { json += Array("null".utf8) }
    }

    mutating func add(_ name: String, _ number: some FixedWidthInteger) {
        begin(name)
        json.appendJSON(number)
    }

    mutating func add(_ name: String, _ flag: Bool) {
        begin(name)
        json += Array((flag ? "true" : "false").utf8)
    }

    mutating func add(_ name: String, _ object: JSONObject) {
        begin(name)
        json += object.bytes
    }

    mutating func add(_ name: String, _ texts: [String]) {
        add(
            name,
            elements: texts.map { text in
                var element: [UInt8] = []
                element.appendJSON(text)
                return element
            })
    }

    /// - Parameter elements: Each is JSON already.
    mutating func add(_ name: String, elements: [some Sequence<UInt8>]) {
        begin(name)
        json.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.append(contentsOf: element)
        }
        json.append(UInt8(ascii: "]"))
    }

    private mutating func begin(_ name: String) {
        if !json.isEmpty { json.append(UInt8(ascii: ",")) }
        json.appendJSON(name)
        json.append(UInt8(ascii: ":"))
    }
}
