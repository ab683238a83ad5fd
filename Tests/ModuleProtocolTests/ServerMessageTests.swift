import Foundation
import ModuleProtocol
import Testing

private func object(_ json: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
}

private func response(_ content: [UInt8], id: RequestID?) throws -> [String: Any] {
    let body = try content.withUnsafeBytes { bytes in
        ServerMessage.moduleResponseBody(
            path: try ModulePath(parsing: "lib/\"é\".mjs"), hash: "0123456789abcdef", content: bytes,
            contentType: "text/javascript", source: .disk)
    }
    return try object(ServerMessage.openBrace(id: id) + body)
}

@Suite("Server messages")
struct ServerMessageTests {
    @Test("carry any text unharmed")
    func content() throws {
        let everyControl = (UInt8(0)..<0x80).map { $0 }
        for text in [
            [], Array("export default 1\n".utf8), everyControl,
            Array("\"\\\u{2028}\u{2029}\u{FEFF}é😀</script>".utf8),
            Array(String(repeating: "a\"b\\c\r\n\u{1}", count: 1_000).utf8),
        ] {
            let message = try response(text, id: .number("1.50"))
            #expect(message["content"] as? String == String(decoding: text, as: UTF8.self))
            #expect(message["size"] as? Int == text.count)
            #expect(message["path"] as? String == "lib/\"é\".mjs")
            #expect(message["type"] as? String == "module:response")
            #expect(message["source"] as? String == "disk")
            #expect(message["hash"] as? String == "0123456789abcdef")
            #expect(message["contentType"] as? String == "text/javascript")
            #expect(message["id"] as? Double == 1.5)
        }
        #expect(try response([], id: nil)["id"] == nil)
        #expect(try response([], id: .string("\"\n"))["id"] as? String == "\"\n")
    }

    @Test("of the small kinds have the documented fields")
    func small() throws {
        let path = try ModulePath(parsing: "a.mjs")
        var message = try object(
            ServerMessage.hello(
                server: "pitlane/1", instance: "i", session: "s", sequenceNumber: 5, clients: 2,
                limits: .default))
        #expect(message["protocol"] as? Int == 1)
        #expect(message["seq"] as? Int == 5)
        #expect(message["heartbeat"] as? Int == 15_000)
        #expect((message["limits"] as? [String: Int])?["moduleBytes"] == 32 << 20)

        message = try object(
            ServerMessage.moduleStatus(path: "a.mjs", changed: true, hash: nil, id: .string("x")))
        #expect(message["changed"] as? Bool == true)
        #expect(message["hash"] is NSNull)
        #expect(message["id"] as? String == "x")

        message = try object(
            ServerMessage.moduleList([.init(path: path, hash: "h", size: 3)], truncated: true, id: nil))
        #expect((message["modules"] as? [[String: Any]])?.first?["path"] as? String == "a.mjs")
        #expect(message["truncated"] as? Bool == true)

        message = try object(
            ServerMessage.moduleError(.init(.notFound, message: "no \"a\""), path: "../é", id: .number("1")))
        #expect(message["code"] as? String == "not_found")
        #expect(message["path"] as? String == "../é")
        #expect(message["message"] as? String == "no \"a\"")

        message = try object(
            ServerEvent.moduleUpdated(.init(path: path, hash: nil, kind: .removed)).encode(
                .init(sequenceNumber: 9, timestamp: 1_700_000_000_000, source: .system)))
        #expect(message["type"] as? String == "module:updated")
        #expect(message["path"] as? String == "a.mjs")
        #expect(message["seq"] as? Int == 9)
        #expect(message["kind"] as? String == "removed")
        #expect(message["hash"] is NSNull)
        #expect(message["timestamp"] as? Int == 1_700_000_000_000)
        #expect(message["source"] as? String == "system")

        #expect(try object(ServerMessage.resync(sequenceNumber: .max))["seq"] as? UInt64 == .max)
        message = try object(ServerMessage.error(.init(.badRequest, message: "m", requestID: .number("3"))))
        #expect(message["id"] as? Int == 3)
        #expect(message["code"] as? String == "bad_request")
    }

    @Test("of every event have the event fields")
    func events() throws {
        let change = ModuleChange(path: try ModulePath(parsing: "a b.css"), hash: "h", kind: .changed)
        let request = EventRequest(
            channel: .hot, event: "é\"", data: Array(#"{"a":[1,"\u0041"]}"#.utf8), id: .number("7"))
        let cases: [(ServerEvent, String, ChannelName)] = [
            (.moduleUpdated(change), "module:updated", .modules),
            (.cssUpdated(change), "css:updated", .modules),
            (.assetUpdated(change), "asset:updated", .modules), (.resync, "resync", .modules),
            (.connectionStatus(clients: 3), "connection_status", .connections),
            (.published(request, sender: "i-1"), "event", .hot),
            (.reload(path: change.path, reason: "why"), "reload", .modules),
        ]
        for (event, type, channel) in cases {
            let message = try object(
                event.encode(.init(sequenceNumber: .max, timestamp: 12, source: .aiAgent)))
            #expect(message["type"] as? String == type)
            #expect(message["seq"] as? UInt64 == .max)
            #expect(message["timestamp"] as? Int == 12)
            #expect(message["source"] as? String == "ai_agent")
            #expect(event.channel == channel)
            switch event {
            case .moduleUpdated, .cssUpdated, .assetUpdated:
                #expect(message["path"] as? String == "a b.css")
                #expect(message["hash"] as? String == "h")
                #expect(message["kind"] as? String == "changed")
            case .connectionStatus:
                #expect(message["clients"] as? Int == 3)
            case .published:
                #expect(message["channel"] as? String == "hot")
                #expect(message["event"] as? String == "é\"")
                #expect(message["session"] as? String == "i-1")
                #expect((message["data"] as? [String: [Any]])?["a"]?[1] as? String == "A")
                #expect(message["id"] == nil, "an id is between one client and the server")
            case .reload:
                #expect(message["path"] as? String == "a b.css")
                #expect(message["reason"] as? String == "why")
            case .resync: break
            }
        }
        let stamp = EventStamp(sequenceNumber: 1, timestamp: 1, source: .ui)
        let empty = try object(ServerEvent.published(.init(channel: .hot), sender: nil).encode(stamp))
        for name in ["event", "data", "session"] { #expect(empty[name] is NSNull) }
        #expect(try object(ServerEvent.reload(path: nil, reason: "").encode(stamp))["path"] is NSNull)
    }

    @Test("about channels have the documented fields")
    func channels() throws {
        var message = try object(ServerMessage.subscribed(to: [.modules, .hot], id: .number("1")))
        #expect(message["type"] as? String == "subscribed")
        #expect(message["channels"] as? [String] == ["hot", "modules"])
        #expect(try object(ServerMessage.subscribed(to: [], id: nil))["channels"] as? [String] == [])
        message = try object(ServerMessage.resumed(sequenceNumber: 8, events: 2, id: .string("x")))
        #expect(message["seq"] as? Int == 8)
        #expect(message["events"] as? Int == 2)
        #expect(message["id"] as? String == "x")
    }

    @Test("use the documented error codes")
    func codes() {
        #expect(
            Set(ErrorCode.allCases.map(\.rawValue)) == [
                "bad_request", "unknown_type", "not_found", "forbidden", "too_large", "not_text",
                "upstream_refused",
                "upstream_timeout", "upstream_truncated", "upstream_status", "rate_limited", "internal",
            ])
    }
}

@Suite("Packs")
struct PackTests {
    @Test("have magic, header length and a JSON header")
    func layout() throws {
        let entry = PackEntry(
            path: try ModulePath(parsing: "a.mjs"), hash: "h", length: 3, contentType: "text/javascript",
            source: .upstream,
            imports: [
                .init(kind: .static, range: 7..<12, specifier: "./b.mjs", path: "b.mjs", type: "json"),
                .init(kind: .computed, range: 20..<21), .init(kind: .meta, range: 30..<41, property: .url),
            ], syntaxError: .init(message: "bad", line: 2, column: 5))
        for id: RequestID? in [nil, .string("é"), .number("12")] {
            let bytes = Pack.encodeHeader(id: id, last: true, modules: [entry, entry])
            #expect(Array(bytes[..<4]) == Array("PLP1".utf8))
            let length = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
            #expect(length == bytes.count - 8)
            let header = try object(Array(bytes[8...]))
            #expect(header["last"] as? Bool == true)
            #expect((header["id"] != nil) == (id != nil))
            let modules = try #require(header["modules"] as? [[String: Any]])
            #expect(modules.count == 2)
            #expect(modules[0]["length"] as? Int == 3)
            #expect(modules[0]["source"] as? String == "upstream")
            let imports = try #require(modules[0]["imports"] as? [[String: Any]])
            #expect(imports[0]["start"] as? Int == 7)
            #expect(imports[0]["end"] as? Int == 12)
            #expect(imports[0]["path"] as? String == "b.mjs")
            #expect(imports[0]["type"] as? String == "json")
            #expect(imports[1]["kind"] as? String == "computed")
            #expect(imports[1]["specifier"] == nil)
            #expect(imports[2]["property"] as? String == "url")
            let failure = try #require(modules[0]["lexError"] as? [String: Any])
            #expect(failure["line"] as? Int == 2)
            #expect(failure["column"] as? Int == 5)
        }
    }
}
