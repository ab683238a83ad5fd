import Testing

@testable import ModuleProtocol

@Suite("Bodies over HTTP")
struct BodyTests {
    private func event(_ text: String) throws -> EventRequest {
        try Array(text.utf8).withUnsafeBytes { bytes in try EventRequest(decodingBody: bytes) }
    }

    private func reload(_ text: String) throws -> ReloadRequest {
        try Array(text.utf8).withUnsafeBytes { bytes in try ReloadRequest(decodingBody: bytes) }
    }

    @Test("are events without type and id")
    func events() throws {
        let full = try event(#"{"channel":"build","event":"done","data":{"ok":[true]},"id":7,"type":"ping"}"#)
        let data = Array(#"{"ok":[true]}"#.utf8)
        #expect(full == EventRequest(channel: try #require(ChannelName("build")), event: "done", data: data))
        #expect(try event(#"{"channel":"hot"}"#) == EventRequest(channel: .hot))
    }

    @Test(
        "that are no events say what is wrong",
        arguments: ["", "[]", "{", "{}", #"{"channel":1}"#, #"{"channel":"A"}"#, #"{"channel":"hot"}x"#])
    func noEvents(text: String) {
        let error = #expect(throws: ModuleError.self) { try event(text) }
        #expect(error?.code == .badRequest)
        #expect(error?.message.contains("channel") == true)
    }

    @Test("may be too large")
    func large() {
        let text = String(repeating: "x", count: ProtocolLimits.eventBytes)
        let error = #expect(throws: ModuleError.self) { try event(#"{"channel":"hot","data":"\#(text)"}"#) }
        #expect(error?.code == .tooLarge)
    }

    @Test("of reloads may name a path, or be empty")
    func reloads() throws {
        #expect(try reload("") == ReloadRequest())
        #expect(try reload("{}") == ReloadRequest())
        #expect(try reload(#"{"path":null}"#) == ReloadRequest())
        #expect(try reload(#"{"path":"/a.mjs"}"#) == ReloadRequest(path: "/a.mjs"))
        for text in ["[]", #"{"path":1}"#, "x"] {
            #expect(throws: ModuleError.self) { try reload(text) }
        }
    }
}
