import ModuleProtocol
import Testing

private func decode(_ json: String) throws(ModuleError) -> ClientMessage { try decode(Array(json.utf8)) }

private func decode(_ bytes: [UInt8]) throws(ModuleError) -> ClientMessage {
    let result = bytes.withUnsafeBytes { bytes in
        Result { () throws(ModuleError) in try ClientMessage.decode(bytes) }
    }
    return try result.get()
}

@Suite("Client messages")
struct ClientMessageTests {
    @Test("of every type are decoded")
    func types() throws {
        #expect(
            try decode(#"{"type":"module:request","path":"lib/a.mjs"}"#)
                == .moduleRequest(ModuleRequest(path: "lib/a.mjs")))
        #expect(
            try decode(#"{"type":"module:request","path":"a","hash":"00ff","binary":true,"id":7}"#)
                == .moduleRequest(ModuleRequest(path: "a", hash: "00ff", binary: true, id: .number("7"))))
        #expect(
            try decode(#"{"type":"module:check","path":"a","hash":"h","id":"x"}"#)
                == .moduleCheck(path: "a", hash: "h", id: .string("x")))
        #expect(
            try decode(#"{"type":"module:list","prefix":"lib/","limit":10}"#)
                == .moduleList(prefix: "lib/", limit: 10, id: nil))
        #expect(try decode(#"{"type":"module:list"}"#) == .moduleList(prefix: nil, limit: nil, id: nil))
        #expect(try decode(#"{"type":"ping"}"#) == .ping(id: nil))
        #expect(
            try decode(#"{"type":"session-resume","token":"t","id":1}"#)
                == .sessionResume(token: "t", id: .number("1")))
        #expect(try decode(#"{"type":"session-resume"}"#) == .sessionResume(token: nil, id: nil))
        #expect(
            try decode(#"{"type":"teleport","id":1}"#) == .unknown(type: "teleport", id: .number("1")))
    }

    @Test("about channels have names that are checked")
    func channels() throws {
        let longest = String(repeating: "a", count: ProtocolLimits.channelNameBytes)
        let name = try #require(ChannelName("az09:_-"))
        #expect(
            try decode(#"{"type":"subscribe","channels":["hot","az09:_-"],"id":1}"#)
                == .subscribe([.hot, name], id: .number("1")))
        #expect(try decode(#"{"type":"subscribe","channel":"hot"}"#) == .subscribe([.hot], id: nil))
        #expect(
            try decode(#"{"type":"unsubscribe","channels":["\#(longest)"]}"#)
                == .unsubscribe([try #require(ChannelName(longest))], id: nil))
        for broken in [
            "", #","channels":[]"#, #","channels":"hot""#, #","channels":[1]"#, #","channel":["hot"]"#,
            #","channel":"Hot""#, #","channel":"""#, #","channel":"a b""#, #","channel":"é""#,
            #","channel":"a.b""#, #","channel":"\#(longest)a""#, #","channels":["hot","HOT"]"#,
        ] {
            #expect(throws: ModuleError.self, "\(broken)") { try decode(#"{"type":"subscribe"\#(broken)}"#) }
            #expect(throws: ModuleError.self, "\(broken)") { try decode(#"{"type":"event"\#(broken)}"#) }
        }
        let many = (0...ProtocolLimits.channelsPerSession).map { "\"c\($0)\"" }.joined(separator: ",")
        #expect(throws: ModuleError.self) { try decode(#"{"type":"subscribe","channels":[\#(many)]}"#) }
    }

    @Test("of the type event carry any JSON as it was written")
    func events() throws {
        for data in [
            #"{"b": [1.50, "\u0041\"", null],"a":{}}"#, #""te\nxt""#, #""""#, "[ 1 , 2 ]", "-0.10", "true",
            "null",
        ] {
            #expect(
                try decode(#"{"type":"event","channel":"hot","event":"x:y","data": \#(data) ,"id":3}"#)
                    == .event(
                        EventRequest(channel: .hot, event: "x:y", data: Array(data.utf8), id: .number("3"))))
        }
        #expect(
            try decode(#"{"type":"event","channel":"hot"}"#) == .event(EventRequest(channel: .hot)))
        func coded(_ fields: String) -> ErrorCode? {
            let error = #expect(throws: ModuleError.self) {
                try decode(#"{"type":"event","channel":"hot",\#(fields),"id":3}"#)
            }
            #expect(error?.requestID == .number("3"))
            return error?.code
        }
        let text = String(repeating: "x", count: ProtocolLimits.eventBytes - 2)
        #expect(throws: Never.self) { try decode(#"{"type":"event","channel":"hot","data":"\#(text)"}"#) }
        #expect(coded(#""data":"\#(text)x""#) == .tooLarge)
        #expect(coded(#""event":"\#(text)""#) == .tooLarge)
        #expect(coded(#""event":1"#) == .badRequest)
    }

    @Test("of the type resume tell a session and a number")
    func resume() throws {
        #expect(
            try decode(#"{"type":"resume","session":"i-s","seq":12,"id":1}"#)
                == .resume(ResumeRequest(session: "i-s", sequenceNumber: 12, id: .number("1"))))
        for broken in [
            #""session":"s""#, #""seq":1"#, #""session":1,"seq":1"#, #""session":"s","seq":-1"#,
            #""session":"s","seq":"1""#, #""session":"s","seq":1.5"#,
        ] {
            #expect(throws: ModuleError.self, "\(broken)") { try decode(#"{"type":"resume",\#(broken)}"#) }
        }
    }

    @Test("of the type module:graph have lists and tables")
    func graph() throws {
        #expect(
            try decode(#"{"type":"module:graph","entries":["a","b\u0020c"],"id":1}"#)
                == .moduleGraph(GraphRequest(entries: ["a", "b c"], id: .number("1"))))
        let json =
            #"{"type":"module:graph","entries":["a"],"known":{"x\n":"00","y":"ff"},"stream":true,"page":"/","importMaps":["{}"]}"#
        #expect(
            try decode(json)
                == .moduleGraph(
                    GraphRequest(
                        entries: ["a"], known: ["x\n": "00", "y": "ff"], streams: true, page: "/",
                        importMaps: ["{}"])))
        #expect(
            try decode(#"{"type":"module:graph","entries":["a"],"digest":true}"#)
                == .moduleGraph(GraphRequest(entries: ["a"], asksForDigest: true)))
        for broken in [
            #"{"type":"module:graph"}"#, #"{"type":"module:graph","entries":[]}"#,
            #"{"type":"module:graph","entries":{"a":"b"}}"#, #"{"type":"module:graph","entries":["a",[]]}"#,
            #"{"type":"module:graph","entries":["a"],"known":["a"]}"#,
            #"{"type":"module:graph","entries":["a"],"known":{"a":null}}"#,
            #"{"type":"module:graph","entries":["a"],"importMaps":[{}]}"#,
            #"{"type":"module:graph","entries":["a"],"digest":"8f434346648f6b96"}"#,
        ] {
            #expect(throws: ModuleError.self, "\(broken)") { try decode(broken) }
        }
    }

    @Test("may have white space, other orders and fields nobody knows")
    func tolerates() throws {
        let expected = ClientMessage.moduleRequest(ModuleRequest(path: "a", id: .number("1")))
        for json in [
            " \t\r\n{ \"type\" : \"module:request\" ,\n\"path\":\"a\", \"id\" :1 } \n",
            #"{"id":1,"path":"a","type":"module:request"}"#,
            #"{"x":{"path":"b","y":[1,{"type":"ping"},[]],"z":{}},"id":1,"path":"a","type":"module:request","n":null}"#,
            #"{"path":"b","path":"a","type":"ping","type":"module:request","id":2,"id":1}"#,
            #"{"path":5,"path":"a","type":"module:request","id":[],"id":1}"#,
            #"{"type":"module:request","path":"a","id":1,"hash":null,"binary":null}"#,
            #"{"type":"module:request","path":"a","id":1,"binary":false}"#,
            #"{"\u0074ype":"module:\u0072equest","p\u0061th":"\u0061","id":1}"#,
            #"{"":1,"typ":2,"types":3,"pathology":4,"type":"module:request","path":"a","id":1}"#,
        ] {
            #expect(try decode(json) == expected, "\(json)")
        }
    }

    @Test(
        "have escapes resolved",
        arguments: [
            (#"a\/b"#, "a/b"), (#"\"\\\b\f\n\r\t"#, "\"\\\u{8}\u{C}\n\r\t"), (#"\u00e9"#, "é"),
            (#"\u00E9\u20ac"#, "é€"), (#"\ud83d\ude00"#, "😀"), (#"x\uD83D\uDE00y"#, "x😀y"), ("é😀", "é😀"),
            (#"\u0000"#, "\0"), (#"\ud800\udc00"#, "\u{10000}"), (#"\udbff\udfff"#, "\u{10FFFF}"),
        ])
    func escapes(json: String, expected: String) throws {
        #expect(
            try decode(#"{"type":"module:request","path":"\#(json)"}"#)
                == .moduleRequest(ModuleRequest(path: expected)))
    }

    @Test(
        "that are malformed are bad requests",
        arguments: [
            "", " ", "{", "}", "[]", "null", "1", "\"ping\"", "{}x", "{} {}", "{\"type\"}", "{\"type\":}",
            "{\"type\":\"ping\"", "{\"type\":\"ping\",}", "{,\"type\":\"ping\"}", "{'type':'ping'}",
            "{type:\"ping\"}",
            "{\"type\":\"ping\" \"id\":1}", "{\"type\":\"ping\",\"id\":01}", "{\"type\":\"ping\",\"id\":1.}",
            "{\"type\":\"ping\",\"id\":.5}", "{\"type\":\"ping\",\"id\":+1}", "{\"type\":\"ping\",\"id\":1e}",
            "{\"type\":\"ping\",\"id\":-}", "{\"type\":\"ping\",\"id\":NaN}", "{\"type\":\"ping\",\"x\":tru}",
            "{\"type\":\"ping\",\"x\":nul}", "{\"type\":\"ping\",\"x\":[1,]}", "{\"type\":\"ping\",\"x\":[1}",
            "{\"type\":\"ping\",\"x\":\"\\x\"}", "{\"type\":\"ping\",\"x\":\"\\u12\"}",
            "{\"type\":\"ping\",\"x\":\"\\u12g4\"}",
            "{\"type\":\"ping\",\"x\":\"a\nb\"}", "{\"type\":\"ping\",\"x\":\"abc}",
            "{\"type\":\"ping\",\"x\":\"\\",
            "{\"type\":\"ping\",\"x\":\"\\u", "\u{FEFF}{\"type\":\"ping\"}", "{\"type\":\"ping\"}\0",
            "{\"type\":\"ping\"}//", "{}", "{\"path\":\"a\"}", "{\"type\":null}", "{\"type\":1}",
            "{\"type\":[]}",
            "{\"type\":\"module:request\"}", "{\"type\":\"module:request\",\"path\":1}",
            "{\"type\":\"module:request\",\"path\":null}", "{\"type\":\"module:request\",\"path\":{}}",
            "{\"type\":\"module:request\",\"path\":\"a\",\"hash\":1}",
            "{\"type\":\"module:request\",\"path\":\"a\",\"binary\":1}",
            "{\"type\":\"module:request\",\"path\":\"a\",\"binary\":\"true\"}",
            "{\"type\":\"module:check\",\"path\":\"a\"}", "{\"type\":\"module:check\",\"hash\":\"a\"}",
            "{\"type\":\"module:list\",\"limit\":-1}", "{\"type\":\"module:list\",\"limit\":1.5}",
            "{\"type\":\"module:list\",\"limit\":\"1\"}", "{\"type\":\"module:list\",\"prefix\":[]}",
            "{\"type\":\"ping\",\"id\":true}", "{\"type\":\"ping\",\"id\":{}}",
            "{\"type\":\"ping\",\"id\":[1]}",
            "{\"type\":\"module:request\",\"path\":\"\\ud800\"}",
            "{\"type\":\"module:request\",\"path\":\"\\udc00\"}",
            "{\"type\":\"module:request\",\"path\":\"\\ud800x\"}",
            "{\"type\":\"module:request\",\"path\":\"\\ud800\\u0041\"}",
            "{\"type\":\"module:request\",\"path\":\"\\ud800\\ud800\"}",
        ])
    func malformed(json: String) {
        let error = #expect(throws: ModuleError.self) { try decode(json) }
        #expect(error?.code == .badRequest)
        #expect(error?.message.isEmpty == false)
    }

    @Test("of bytes that are not UTF-8 are bad requests")
    func notUTF8() {
        for bad: [UInt8] in [[0xFF], [0xC0, 0xAE], [0xED, 0xA0, 0x80], [0x80]] {
            let json = Array(#"{"type":"module:request","path":""#.utf8) + bad + Array("\"}".utf8)
            #expect(throws: ModuleError.self) { try decode(json) }
        }
    }

    @Test("that are cut off anywhere are bad requests, and never crash")
    func truncated() {
        let whole = Array(
            #"{"type":"module:request","path":"l\u00e9\ud83d\ude00","x":[{"y":-1.5e+3},true,null],"id":"i"}"#
                .utf8)
        for count in 0..<whole.count {
            #expect(throws: ModuleError.self) { try decode(Array(whole[..<count])) }
        }
        #expect(throws: Never.self) { try decode(whole) }
    }

    @Test("survive any single wrong byte")
    func mutated() {
        let whole = Array(#"{"type":"module:request","path":"a\u00e9","x":[1,{"y":2}],"id":1}"#.utf8)
        for index in whole.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = whole
                bytes[index] = byte
                do throws(ModuleError) {
                    _ = try decode(bytes)
                } catch {
                    #expect(error.code == .badRequest)
                }
            }
        }
    }

    @Test("nested without end are bad requests")
    func nesting() {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            func message(_ depth: Int) -> String {
                let value =
                    String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
                return #"{"type":"ping","x":\#(value)}"#
            }
            #expect(throws: Never.self) { try decode(message(ProtocolLimits.jsonDepth - 1)) }
            #expect(throws: ModuleError.self) { try decode(message(ProtocolLimits.jsonDepth)) }
            #expect(throws: ModuleError.self) { try decode(message(200_000)) }
        }
    }

    @Test(
        "have their id echoed exactly",
        arguments: [
            "0", "-1", "1.0", "1e3", "1E+03", "12345678901234567890123", "0.1000", "\"\"", "\"a\"",
            "\"\\\"\"", "\"é\"",
        ])
    func echoes(id: String) throws {
        guard case .ping(let decoded?) = try decode(#"{"type":"ping","id":\#(id)}"#) else {
            Issue.record("no id")
            return
        }
        #expect(
            String(decoding: ServerMessage.pong(id: decoded), as: UTF8.self)
                == #"{"id":\#(id),"type":"pong"}"#)
    }

    @Test("tell their id even when something else is wrong")
    func idOfFailure() {
        let error = #expect(throws: ModuleError.self) { try decode(#"{"id":9,"type":"module:request"}"#) }
        #expect(error?.requestID == .number("9"))
        let long = String(repeating: "x", count: ProtocolLimits.requestIDBytes + 1)
        let tooLong = #expect(throws: ModuleError.self) { try decode(#"{"type":"ping","id":"\#(long)"}"#) }
        #expect(tooLong?.requestID == nil)
    }

    @Test("with a huge limit ask for everything")
    func hugeLimit() throws {
        #expect(
            try decode(#"{"type":"module:list","limit":99999999999999999999}"#)
                == .moduleList(prefix: nil, limit: .max, id: nil))
    }
}
