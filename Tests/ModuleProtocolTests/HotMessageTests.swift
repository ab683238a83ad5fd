import Foundation
import ModuleProtocol
import Testing

private func object(_ json: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
}

private func decode(_ json: String) throws(ModuleError) -> ClientMessage {
    let bytes = Array(json.utf8)
    return try bytes.withUnsafeBytes { bytes in
        Result { () throws(ModuleError) in try ClientMessage.decode(bytes) }
    }.get()
}

private func running(_ fields: String) throws -> HotRunning {
    let message = try decode(#"{"type":"hot:running"\#(fields)}"#)
    guard case .hotRunning(let report) = message else { throw ModuleError(.internal, message: "\(message)") }
    return report
}

private func path(_ text: String) throws -> ModulePath { try ModulePath(parsing: text) }

@Suite("Messages of hot updates")
struct HotMessageTests {
    private let event = EventFields(sequenceNumber: 7, timestamp: 8, source: .api)

    @Test("a report has every field, or its default")
    func reports() throws {
        let whole = try running(
            #","id":1,"reset":true,"more":true,"deltas":true,"page":"/i.html","importMaps":["{}"],"entries":["a"],"#
                + #""modules":{"a":"1","b":"2"},"files":{"c.css":"3","d.png":null}"#)
        #expect(whole.modules == ["a": "1", "b": "2"] && whole.entries == ["a"])
        let files: [String: String?] = ["c.css": "3", "d.png": nil]
        #expect(whole.files == files)
        #expect(whole.resets && whole.hasMore && whole.takesDeltas)
        #expect(whole.page == "/i.html" && whole.importMaps == ["{}"] && whole.id == .number("1"))
        let empty = try running("")
        #expect(empty.modules.isEmpty && empty.files.isEmpty && empty.entries.isEmpty)
        #expect(!empty.resets && !empty.hasMore && !empty.takesDeltas)
        #expect(empty.page == nil && empty.importMaps == nil && empty.id == nil)
    }

    @Test("a report with fields of other types is refused")
    func malformedReports() {
        for fields in [
            #","modules":["a"]"#, #","modules":{"a":null}"#, #","modules":{"a":1}"#, #","files":{"a":true}"#,
            #","reset":"yes""#, #","more":1"#, #","deltas":[]"#, #","entries":{"a":"b"}"#, #","page":1"#,
        ] {
            #expect(throws: ModuleError.self, "\(fields)") { try running(fields) }
        }
        let many = (0...ProtocolLimits.hotFiles).map { #""f\#($0)":null"# }.joined(separator: ",")
        #expect(throws: ModuleError.self) { try running(#","files":{\#(many)}"#) }
    }

    @Test("texts of versions come in parts")
    func versions() throws {
        #expect(try running(#","versions":true"#).givesVersions)
        #expect(try !running("").givesVersions)
        for (json, texts, hasMore) in [
            (#","texts":{"a":"1\n"},"more":true"#, ["a": "1\n"], true), ("", [:], false),
        ] {
            let message = try decode(#"{"type":"hot:versions"\#(json)}"#)
            guard case .hotVersions(let versions) = message else {
                throw ModuleError(.internal, message: "\(message)")
            }
            #expect(versions.texts == texts && versions.hasMore == hasMore)
        }
        #expect(throws: ModuleError.self) { try decode(#"{"type":"hot:versions","texts":["a"]}"#) }
        let asked = try object(ServerMessage.hotVersions([path("a"), path("b/c")]))
        #expect(asked["type"] as? String == "hot:versions" && asked["modules"] as? [String] == ["a", "b/c"])
    }

    @Test("a reload says when it is not confirmed")
    func unconfirmedReloads() throws {
        let sure = try object(ServerMessage.reload(path: path("a"), reason: "r", event: event))
        #expect(sure["unconfirmed"] == nil && sure["reason"] as? String == "r")
        let unsure = try object(
            ServerMessage.reload(path: path("a"), reason: "r", isUnconfirmed: true, event: event))
        #expect(unsure["unconfirmed"] as? Bool == true && unsure["seq"] as? Int == 7)
    }

    @Test("an invalidation needs a path")
    func invalidations() throws {
        let message = try decode(
            #"{"type":"hot:invalidate","path":"a","message":"m","firstInvalidatedBy":"b","id":"x"}"#)
        guard case .hotInvalidate(let request) = message else {
            Issue.record("\(message)")
            return
        }
        #expect(request.path == "a" && request.message == "m" && request.firstInvalidatedBy == "b")
        #expect(request.id == .string("x"))
        #expect(throws: ModuleError.self) { try decode(#"{"type":"hot:invalidate"}"#) }
    }

    @Test("an update has the documented fields, and optional ones only when there is something to say")
    func updates() throws {
        let item = HotUpdateItem(
            boundary: try path("m"), accepted: try path("b"), chain: [try path("a"), try path("b")])
        var message = try object(
            ServerMessage.hotUpdate([item], modules: [], prune: [try path("p")], cleared: [], event: event))
        #expect(message["type"] as? String == "hot:update" && message["seq"] as? Int == 7)
        #expect(message["timestamp"] as? Int == 8 && message["source"] as? String == "api")
        #expect(message["prune"] as? [String] == ["p"] && message["cleared"] == nil)
        var update = try #require((message["updates"] as? [[String: Any]])?.first)
        #expect(update["boundary"] as? String == "m" && update["accepted"] as? String == "b")
        #expect(update["chain"] as? [String] == ["a", "b"] && update["firstInvalidatedBy"] == nil)
        message = try object(
            ServerMessage.hotUpdate(
                [item], modules: [], prune: [], cleared: [try path("c")], firstInvalidatedBy: try path("f"),
                event: event))
        #expect(message["cleared"] as? [String] == ["c"])
        update = try #require((message["updates"] as? [[String: Any]])?.first)
        #expect(update["firstInvalidatedBy"] as? String == "f")
    }

    @Test("a module's text is whole, a delta or not there")
    func contents() throws {
        let entry = PackEntry(
            path: try path("a"), hash: "h", length: 3, contentType: "text/javascript", source: .disk
        ).encoded
        #expect(try object(entry.withContent(.none))["content"] == nil)
        let text = Array("\"é\"\n\u{1}".utf8)
        try text.withUnsafeBytes { text in
            let whole = try object(entry.withContent(.whole(text)))
            #expect(whole["content"] as? String == "\"é\"\n\u{1}" && whole["path"] as? String == "a")
            let delta = try object(
                entry.withContent(.delta(base: "b", steps: [.copy(2..<5), .insert(text), .copy(9..<10)])))
            #expect(delta["base"] as? String == "b" && delta["content"] == nil)
            let steps = try #require(delta["delta"] as? [Any])
            #expect(steps.count == 3 && steps[0] as? [Int] == [2, 3] && steps[2] as? [Int] == [9, 1])
            #expect(steps[1] as? String == "\"é\"\n\u{1}")
        }
    }

    @Test("a reload, a problem and the answer to a report have the documented fields")
    func others() throws {
        var message = try object(ServerMessage.reload(path: try path("a"), reason: "r", event: event))
        #expect(message["path"] as? String == "a" && message["reason"] as? String == "r")
        #expect(message["seq"] as? Int == 7)
        #expect(try object(ServerMessage.reload(path: nil, reason: "r", event: event))["path"] is NSNull)
        var problem = HotProblem(
            path: try path("a"), code: "not_found", message: "m", importers: [try path("b")])
        message = try object(ServerMessage.hotError(problem, event: event))
        #expect(message["type"] as? String == "hot:error" && message["code"] as? String == "not_found")
        #expect(message["importers"] as? [String] == ["b"] && message["line"] == nil)
        problem.line = 3
        problem.column = 4
        message = try object(ServerMessage.hotError(problem, event: event))
        #expect(message["line"] as? Int == 3 && message["column"] as? Int == 4)
        message = try object(
            ServerMessage.hotRunning(
                modules: 2, files: ["b": nil, "a": "h"], sequenceNumber: 9, id: .number("1")))
        #expect(message["modules"] as? Int == 2 && message["seq"] as? Int == 9 && message["id"] as? Int == 1)
        let files = try #require(message["files"] as? [String: Any])
        #expect(files["a"] as? String == "h" && files["b"] is NSNull)
    }
}
