import ModuleProtocol
import Testing

@testable import ModuleLinker

@Suite("Linked modules")
struct LinkingTests {
    private let page: LinkingPage

    init() throws { page = try LinkingPage() }

    @Test("have absolute specifiers, save for bare ones and Node's")
    func imports() throws {
        let text =
            "import a from './b.mjs'; export * from '../c.mjs'; import '/d/e.js'; import 'x/y'; import 'node:fs/promises'"
        let linked = try page.link(
            try module(
                text, .static("./b.mjs"), .static("../c.mjs"), .static("/d/e.js"), .static("x/y"),
                .static("node:fs/promises")))
        #expect(
            linked
                == #"import a from "http://app.test/lib/b.mjs"; export * from "http://app.test/c.mjs"; "#
                + #"import "http://app.test/d/e.js"; import 'x/y'; import 'node:fs/promises'"#)
    }

    @Test("name a target as often as they mention it, and what is above the root is at the root")
    func repeatedTargets() throws {
        let text = "import './b.mjs'; import '../lib/b.mjs'; import '../../../b.mjs'; import './b.mjs'"
        let linked = try page.link(
            try module(
                text, .static("./b.mjs"), .static("../lib/b.mjs"), .static("../../../b.mjs"),
                .static("./b.mjs")))
        let lib = #"import "http://app.test/lib/b.mjs""#
        #expect(linked == #"\#(lib); \#(lib); import "http://app.test/b.mjs"; \#(lib)"#)
    }

    @Test("have empty segments where their specifiers have them")
    func emptySegments() throws {
        let text = "import './/b.mjs'; import '..//x//c.mjs'"
        let linked = try page.link(try module(text, .static(".//b.mjs"), .static("..//x//c.mjs")))
        #expect(linked == #"import "http://app.test/lib//b.mjs"; import "http://app.test//x//c.mjs""#)
    }

    @Test("have the specifier that its escapes stand for")
    func escapedSpecifier() throws {
        let linked = try page.link(
            try module(#"import './\u0062.mjs'"#, .static("./b.mjs", as: #"'./\u0062.mjs'"#)))
        #expect(linked == #"import "http://app.test/lib/b.mjs""#)
        let dynamic = Found(kind: .dynamic, text: #"'..\x2f/c.mjs'"#, specifier: "..//c.mjs")
        #expect(
            try page.link(try module(#"import('..\x2f/c.mjs')"#, dynamic))
                == #"import(__pitlane__.current("http://app.test//c.mjs"))"#)
    }

    @Test("ask for the newest version of what they import dynamically")
    func dynamicImports() throws {
        let linked = try page.link(
            try module("import('./b.mjs'); import('b')", .dynamic("./b.mjs"), .dynamic("b")))
        #expect(linked == #"import(__pitlane__.current("http://app.test/lib/b.mjs")); import('b')"#)
    }

    @Test("leave it to the page where a computed import leads")
    func computedImports() throws {
        let calls = try page.link(
            try module("import(f(import(x)))", .computed("f(import(x))"), .computed("x")))
        let importer = #"__pitlane__.importer("http://app.test/lib/a.mjs")"#
        #expect(calls == "\(importer)((f(\(importer)((x)))))")
        let other = try page.link(try module("import(x, {})", .computed("x", isCall: false)))
        #expect(other == #"import(__pitlane__.resolve((x),"http://app.test/lib/a.mjs"), {})"#)
    }

    @Test(
        "have a literal for their URL where nothing is assigned to it",
        arguments: [
            ("f(import.meta.url)", #"f("http://app.test/lib/a.mjs")"#),
            ("`${import.meta.url}`", #"`${"http://app.test/lib/a.mjs"}`"#),
            ("f({ url: import.meta.url })", nil), ("[import.meta.url] = x", nil), ("++import.meta.url", nil),
            ("delete import.meta.url", nil), ("for (import.meta.url of x);", nil),
        ])
    func url(text: String, expected: String?) throws {
        let linked = try page.link(try module(text, .meta("import.meta.url", .url)))
        #expect(linked == expected ?? #"__pitlane__.meta(import.meta,"http://app.test/lib/a.mjs");"# + text)
    }

    @Test("set up import.meta where more of it is used, for hot updates where they name them")
    func meta() throws {
        let call = #"__pitlane__.meta(import.meta,"http://app.test/lib/a.mjs""#
        let resolve = "import.meta.resolve('x')"
        #expect(
            try page.link(try module(resolve, .meta("import.meta.resolve", .resolve)))
                == "\(call));\(resolve)")
        let hot = "import.meta.hot?.accept(); x(import.meta.url)"
        #expect(
            try page.link(
                try module(hot, .meta("import.meta", .other), .meta("import.meta.url", .url)))
                == #"\#(call),0);import.meta.hot?.accept(); x("http://app.test/lib/a.mjs")"#)
        let shot = "import.meta.env; shot"
        #expect(try page.link(try module(shot, .meta("import.meta", .other))) == "\(call));\(shot)")
        let whole = "f(import.meta); import.meta.url"
        #expect(
            try page.link(
                try module(whole, .meta("import.meta", .other), .meta("import.meta.url", .url)))
                == "\(call));\(whole)")
    }

    @Test("lose a byte order mark, and have #! as a comment, whatever comes before it")
    func starts() throws {
        #expect(try page.link(try module("\u{FEFF}'\u{FEFF}'")) == "'\u{FEFF}'")
        #expect(try page.link(try module("#!/usr/bin/env node\nf()")) == "//#!/usr/bin/env node\nf()")
        #expect(
            try page.link(
                try module("\u{FEFF}#!x\nimport.meta.resolve", .meta("import.meta.resolve", .resolve)))
                == #"__pitlane__.meta(import.meta,"http://app.test/lib/a.mjs");//#!x"#
                + "\nimport.meta.resolve")
        #expect(try page.link(try module("")) == "")
    }

    @Test(
        "have a source map's URL made absolute",
        arguments: [
            ("a.mjs.map", "http://app.test/lib/deep/a.mjs.map"),
            ("./b.map", "http://app.test/lib/deep/b.map"),
            ("maps/b.map", "http://app.test/lib/deep/maps/b.map"), ("../b.map", "http://app.test/lib/b.map"),
            ("../../b.map", "http://app.test/b.map"), ("../../../b.map", "http://app.test/b.map"),
            ("/b.map", "http://app.test/b.map"), ("data:application/json,", "data:application/json,"),
        ])
    func sourceMaps(name: String, expected: String) throws {
        for (before, behind) in [("x\n//# ", ""), ("/ü/\n//@ ", " \r\n\n// end\n")] {
            let text = "\(before)sourceMappingURL=\(name)\(behind)"
            let linked = try page.link(try module(text, path: "lib/deep/a.mjs"))
            #expect(linked == "\(before)sourceMappingURL=\(expected)\(behind)")
        }
    }

    @Test("have every byte that a URL or JSON would change in three, and no others")
    func escapes() throws {
        let scalars = (0...0x7F).map { Character(Unicode.Scalar($0)) } + ["ü", "漢", "😀", "\u{2028}"]
        let text = String(scalars)
        let module = try #require(try module(text))
        let message = try #require(try page.messages(of: [module]).first)
        let expected = text.utf8.map { byte in
            if byte > 0x1F, byte < 0x7F, !"%#?/\"\\".utf8.contains(byte) {
                return String(Unicode.Scalar(byte))
            }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        let end = "%0A%2F%2F# sourceURL=http:%2F%2Fapp.test%2Flib%2Fa.mjs".replacing("#", with: "%23")
        #expect(message.addresses == ["data:text/javascript,\(expected)\(end)"])
        #expect(message.own == [text])
    }
}
