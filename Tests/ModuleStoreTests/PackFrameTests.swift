import Foundation
import ModuleProtocol
import NIOCore
import Testing
import WebSocketDeflate

@testable import ModuleStore

@Suite("Packs of several modules")
struct PackFrameTests {
    /// Compressible, tiny, incompressible, empty; each kind also at the end.
    private static let contents: [String: [UInt8]] = [
        "a.mjs": Array(String(repeating: "export const text = 1;\n", count: 400).utf8),
        "b.mjs": Array("export {};".utf8),
        "c.bin": (0..<200_000).map { _ in UInt8.random(in: 0...255) },
        "d.mjs": [],
    ]

    @Test(
        "carry the same bytes plain and compressed",
        arguments: [
            ["a.mjs"], ["b.mjs"], ["c.bin"], ["d.mjs"], ["a.mjs", "a.mjs"], ["a.mjs", "c.bin", "b.mjs"],
            ["c.bin", "a.mjs"], ["b.mjs", "d.mjs"], ["c.bin", "d.mjs", "b.mjs", "a.mjs"], [],
        ])
    func roundTrip(names: [String]) async throws {
        let site = try StoreFixture()
        var parts: [PackPart] = []
        for name in names {
            try site.folder.write(name, Self.contents[name] ?? [])
            parts.append(try await site.load(name, form: .pack).packPart())
        }
        for (last, id) in [(true, RequestID.number("7")), (false, .string("x"))] {
            let plain = site.store.pack(parts, last: last, id: id)
            let deflated = try await site.store.deflatedPack(parts, last: last, on: site.eventLoop).get()
                .message(id: id)
            let bytes =
                Array((plain.prefix ?? .init()).readableBytesView) + Array(plain.body.readableBytesView)
            let body = try MessageInflater().inflate(try #require(deflated.deflatedBody), limit: 1 << 26)
            #expect(
                Array((deflated.prefix ?? .init()).readableBytesView) + Array(body.readableBytesView) == bytes
            )

            let length = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
            let header = try #require(
                try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
            #expect(header["last"] as? Bool == last)
            #expect((header["modules"] as? [[String: Any]])?.compactMap { $0["path"] as? String } == names)
            #expect(Array(bytes[(8 + length)...]) == names.flatMap { Self.contents[$0] ?? [] })
        }
    }

    @Test("share the module's bytes, and say where imports of another base lead")
    func entries() async throws {
        let site = try StoreFixture()
        try site.folder.write(
            "lib/a.mjs", "import './b.mjs'; import './b.mjs'; import 'x'; import '../../c.mjs?q';")
        let module = try await site.load("lib/a.mjs", form: .pack)
        let part = module.packPart()
        #expect(part.links.paths.map(\.string) == ["lib/b.mjs", "c.mjs?q"])
        #expect(part.links.others == ["x"])
        let entry = part.resolving { $0 == "x" ? part.links.paths[1] : nil }.entry
        let text = String(decoding: entry.json, as: UTF8.self)
        #expect(text.contains(#""specifier":"x","path":"c.mjs?q""#))
        #expect(!text.contains(#""specifier":"./b.mjs","path""#))
    }
}
