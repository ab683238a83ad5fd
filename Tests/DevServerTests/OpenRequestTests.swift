import ModuleProtocol
import NIOCore
import Testing

@testable import DevServer

@Suite struct OpenRequestTests {
    func decode(_ body: String) throws -> OpenRequest { try OpenRequest(decoding: ByteBuffer(string: body)) }

    @Test func decodes() throws {
        let plain = try decode(#"{"path":"lib/a.mjs"}"#)
        #expect((plain.path, plain.line, plain.column) == ("lib/a.mjs", 1, 1))
        let full = try decode(#"{"line":12,"p\u0061th":"\u00e9","column":4,"more":[{}]}"#)
        #expect((full.path, full.line, full.column) == ("é", 12, 4))
        let zero = try decode(#"{"path":"a","line":0,"column":null}"#)
        #expect((zero.line, zero.column) == (1, 1))
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"path":1}"#, #"{"path":null}"#, #"{"path":"a","line":"1"}"#,
        #"{"path":"a","line":-1}"#,
        #"{"path":"a","line":1.5}"#, #"{"path":"a","column":1e3}"#, #"{"path":"a","line":100000001}"#,
        #"{"path":"a","line":99999999999999999999}"#, #"{"path":"a"}x"#, #"{"path":"a","line":true}"#,
    ])
    func refuses(body: String) throws {
        let error = #expect(throws: ModuleError.self) { try decode(body) }
        #expect(error?.code == .badRequest)
        #expect(error?.message.contains("path") == true)
    }

    @Test func objectsAreJSON() {
        var inner = JSONObject()
        #expect(String(decoding: inner.bytes, as: UTF8.self) == "{}")
        inner.add("flag", true)
        var object = JSONObject()
        object.add("t\"ext", "é\n")
        object.add("none", nil as String?)
        object.add("number", UInt64.max)
        object.add("inner", inner)
        object.add("list", ["a", "\""])
        object.add("empty", [String]())
        object.add("raw", elements: [Array("[1]".utf8), Array("null".utf8)])
        #expect(
            String(decoding: object.bytes, as: UTF8.self)
                == #"{"t\"ext":"é\n","none":null,"number":18446744073709551615,"inner":{"flag":true},"list":["a","\""],"empty":[],"raw":[[1],null]}"#
        )
    }
}
