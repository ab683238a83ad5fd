import ModuleProtocol
import NIOCore
import Testing

@testable import ModuleLinker

@Suite("Messages of linked modules")
struct LinkedMessageTests {
    @Test("say first what they bring, and last how to have it back")
    func lines() throws {
        let modules = [
            try #require(try module("import './b.mjs'", .static("./b.mjs"), path: "main.mjs")),
            try #require(try module("ü", path: "b.mjs")),
        ]
        let page = try LinkingPage(origin: "https://[::1]:8443")
        let messages = try page.messages(of: modules, id: .number("7"))
        #expect(messages.count == 1)
        let lines = messages[0].lines
        let hash = "8f434346648f6b96"
        #expect(
            lines[0]
                == #"{"id":7,"type":"module:linked","bytes":18,"paths":["main.mjs","b.mjs"],"#
                + #""hashes":["\#(hash)","\#(hash)"]}"#)
        let site = "https:%2F%2F[::1]:8443%2F"
        let end = "%0A%2F%2F%23 sourceURL=\(site)"
        #expect(
            lines[1]
                == #"{"imports":{"https://[::1]:8443/main.mjs":"data:text/javascript,import %22\#(site)b.mjs%22\#(end)main.mjs","#
                + #""https://[::1]:8443/b.mjs":"data:text/javascript,%C3%BC\#(end)b.mjs"}}"#)
        let entries = modules.map { String(decoding: $0.entry.json, as: UTF8.self) }.joined(separator: ",")
        #expect(
            lines[2] == #"{"modules":[\#(entries)],"changes":[[[7,26,"'./b.mjs'"],[33,42,""]],[[2,39,""]]]}"#)
    }

    @Test("hold large modules apart, by the length of the linked text")
    func largeModules() throws {
        let page = try LinkingPage()
        let end = "\n//# sourceURL=http://app.test/lib/a.mjs".utf8.count
        let limit = ModuleLinker.dataURLBytes - end
        func text(_ count: Int) -> String { String(repeating: "\n", count: count) }
        let modules = try [limit, limit + 1, 3].map { try #require(try module(text($0))) }
        // One after the other: they have one path.
        for (module, isLarge) in zip(modules, [false, true, false]) {
            let message = try #require(try page.messages(of: [module]).first)
            #expect((message.head["blobs"] as? Bool ?? false) == isLarge)
            #expect(message.own == [String(buffer: module.content)])
        }
        let small = try #require(try module("1", path: "small.mjs"))
        let messages = try page.messages(of: [modules[1], small])
        #expect(messages.map { $0.head["paths"] as? [String] } == [["small.mjs"], ["lib/a.mjs"]])
        #expect(try page.messages(of: []).isEmpty)
    }

    @Test("hold text of which every byte is escaped, in modules of any length")
    func growth() throws {
        let page = try LinkingPage()
        let modules = try (0..<200).map { index in
            try #require(
                try module(String(repeating: "漢\t", count: index * 7), path: "m\(index).mjs"))
        }
        let message = try #require(try page.messages(of: modules).first)
        #expect(message.own == modules.map { String(buffer: $0.content) })
    }

    @Test(
        "are made for origins of HTTP alone",
        arguments: [
            ("http://localhost:8080", true), ("https://dev.example.test", true), ("file://", false),
            ("https://", false), ("https://app.test\"", false), ("https://app.test/", false),
            ("https://" + String(repeating: "a", count: 300), false), ("null", false),
        ])
    func origins(origin: String, isTaken: Bool) {
        #expect((ModuleLinker(origin: origin) != nil) == isTaken)
    }
}
