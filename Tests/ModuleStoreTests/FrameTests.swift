import Foundation
import ModuleProtocol
import NIOCore
import Testing
import WebSocketDeflate

@testable import ModuleStore

private func inflated(_ message: OutboundMessage) throws -> [UInt8] {
    let body = try MessageInflater().inflate(try #require(message.deflatedBody), limit: 1 << 26)
    return Array((message.prefix ?? ByteBuffer()).readableBytesView) + Array(body.readableBytesView)
}

private func plain(_ message: OutboundMessage) -> [UInt8] {
    Array((message.prefix ?? ByteBuffer()).readableBytesView) + Array(message.body.readableBytesView)
}

@Suite("Frames")
struct FrameTests {
    static let source = """
        import { b } from "./b.mjs";
        import data from '../data.json' with { type: "json" };
        export * from "bare";
        const url = import.meta.url;
        const c = await import(`./c.mjs`), d = await import("./" + name);
        // \(String(repeating: "some text to compress ", count: 20))
        """

    @Test("of text are module:response messages with the request's id")
    func response() async throws {
        let site = try StoreFixture()
        try site.folder.write("lib/a.mjs", Self.source)
        let module = try await site.load("lib/a.mjs", form: .response)
        for (id, expected) in [(RequestID.number("5"), 5 as Any), (.string("x"), "x")] {
            let message = try module.message(.response, id: id)
            #expect(message.kind == .text)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(plain(message))) as? [String: Any])
            #expect("\(object["id"] ?? "")" == "\(expected)")
            #expect(object["content"] as? String == Self.source)
            #expect(object["hash"] as? String == module.hash)
            #expect(object["path"] as? String == "lib/a.mjs")
        }
        #expect(
            try module.message(.response, id: nil).body == module.message(.response, id: .number("1")).body)
    }

    @Test("in binary are packs with every import's range and path")
    func pack() async throws {
        let site = try StoreFixture()
        try site.folder.write("lib/a.mjs", Self.source)
        let module = try await site.load("lib/a.mjs", form: .pack)
        let bytes = plain(try module.message(.pack, id: .string("é")))
        #expect(Array(bytes[..<4]) == Pack.magic)
        let length = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
        #expect(Array(bytes[(8 + length)...]) == Array(Self.source.utf8))
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
        #expect(header["id"] as? String == "é")
        #expect(header["last"] as? Bool == true)
        let entry = try #require((header["modules"] as? [[String: Any]])?.first)
        #expect(entry["length"] as? Int == module.size)
        #expect(entry["lexError"] == nil)
        let imports = try #require(entry["imports"] as? [[String: Any]])
        let source = Array(Self.source.utf8)
        let found = try imports.map { record -> String in
            let range = try #require(record["start"] as? Int)..<(try #require(record["end"] as? Int))
            let text = String(decoding: source[range], as: UTF8.self)
            return
                "\(record["kind"] ?? "") \(text) \(record["path"] ?? "-") \(record["type"] ?? "-") \(record["property"] ?? "-")"
        }
        #expect(
            found == [
                "static \"./b.mjs\" lib/b.mjs - -", "static '../data.json' data.json json -",
                "static \"bare\" - - -", "meta import.meta.url - - url", "dynamic `./c.mjs` lib/c.mjs - -",
                "computed \"./\" + name - - -",
            ])
    }

    @Test(
        "give the keyword of a computed import that has one argument",
        arguments: [
            ("await import(a)", 6), ("import( a + b\n )", 0), ("import(a, {with: {}})", nil),
            ("import(a /* b */)", nil), ("import(a,)", nil),
        ])
    func keyword(source: String, expected: Int?) async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", source)
        let records = try await site.load("a.mjs", form: .pack).imports().records
        #expect(records.map(\.kind) == [.computed])
        #expect(records.first?.keyword == expected)
    }

    @Test("of a module that cannot be lexed say so and carry it all the same")
    func lexError() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "import './b.mjs';\nconst x = 'no end\n")
        let module = try await site.load("a.mjs", form: .pack)
        let (records, syntaxError) = module.imports()
        #expect(records.isEmpty)
        #expect(syntaxError?.line == 2)
        #expect(syntaxError?.column == 11)
        let text = String(decoding: plain(try module.message(.pack, id: nil)), as: UTF8.self)
        #expect(text.contains("\"lexError\":{") && text.hasSuffix("const x = 'no end\n"))
    }

    @Test("of anything but JavaScript have no imports")
    func others() async throws {
        let site = try StoreFixture()
        for name in ["a.json", "a.css", "a.txt", "a.wasm"] {
            try site.folder.write(name, "import './b.mjs'")
            let (records, syntaxError) = try await site.load(name, form: .pack).imports()
            #expect(records.isEmpty && syntaxError == nil)
        }
    }

    @Test("are compressed before the answer when asked for", arguments: ModuleForm.allCases)
    func deflated(form: ModuleForm) async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", Self.source)
        let module = try await site.load("a.mjs", form: form, deflated: true)
        let message = try module.message(form, id: .number("1"))
        #expect(try #require(message.deflatedBody).readableBytes < message.body.readableBytes)
        #expect(try inflated(message) == plain(message))
    }

    @Test("are compressed in the background once somebody wants them so")
    func deflatedLater() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", Self.source)
        let module = try await site.load("a.mjs", form: .response)
        #expect(try module.message(.response, id: nil).deflatedBody == nil)
        let before = site.store.cachedBytes
        #expect(site.store.cached(raw: "a.mjs", form: .response, deflated: true) === module)
        try await eventually { try module.message(.response, id: nil).deflatedBody != nil }
        try await eventually { site.store.cachedBytes > before }
        let message = try module.message(.response, id: nil)
        #expect(try inflated(message) == plain(message))
    }

    @Test("that compression does not help stay as they are")
    func incompressible() async throws {
        let site = try StoreFixture()
        try site.folder.write("tiny.mjs", "1")
        let tiny = try await site.load("tiny.mjs", form: .pack, deflated: true)
        #expect(try tiny.message(.pack, id: nil).deflatedBody != nil || tiny.size == 1)
        var generator = SystemRandomNumberGenerator()
        try site.folder.write(
            "noise.bin", (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let noise = try await site.load("noise.bin", form: .pack, deflated: true)
        #expect(try noise.message(.pack, id: nil).deflatedBody == nil)
    }

    @Test("of large modules are compressed after the answer")
    func large() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", String(repeating: "export const x = 1;\n", count: 20_000))
        let module = try await site.load("a.mjs", form: .response, deflated: true)
        try await eventually { try module.message(.response, id: nil).deflatedBody != nil }
        let message = try module.message(.response, id: nil)
        #expect(try inflated(message) == plain(message))
    }

    @Test("refuse text of what is not text")
    func refuses() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.png", "x")
        let module = try await site.load("a.png")
        let error = #expect(throws: ModuleError.self) { try module.message(.response, id: nil) }
        #expect(error?.code == .notText)
    }
}
