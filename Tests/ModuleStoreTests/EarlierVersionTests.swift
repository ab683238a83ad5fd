import ModuleGraph
import ModuleProtocol
import NIOCore
import Testing

@testable import ModuleStore

@Suite("Versions that are no longer current")
struct EarlierVersionTests {
    private func specifiers(_ version: ModuleVersion?) -> [String]? { version?.hot.imports.map(\.specifier) }

    @Test("are known by what they imported, once they were sent")
    func replaced() async throws {
        let site = try StoreFixture()
        let texts = ["import './x.mjs'", "import './y.mjs'", "import './z.mjs'"]
        for (index, text) in texts.enumerated() {
            try site.folder.write("a.mjs", text)
            if index > 0 { _ = site.apply("a.mjs") }
            if index < 2 { _ = try await site.load("a.mjs", form: .pack) }
        }
        let path = try site.path("a.mjs")
        #expect(specifiers(site.store.earlierVersion(path, hash: hash(texts[0]))) == ["./x.mjs"])
        #expect(specifiers(site.store.earlierVersion(path, hash: hash(texts[1]))) == ["./y.mjs"])
        // The current one is none.
        #expect(site.store.earlierVersion(path, hash: hash(texts[2])) == nil)
        #expect(site.store.earlierVersion(try site.path("b.mjs"), hash: hash(texts[0])) == nil)
    }

    @Test("are known when the file is gone")
    func removed() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "import './x.mjs'")
        _ = try await site.load("a.mjs", form: .pack)
        try site.folder.remove("a.mjs")
        _ = site.apply("a.mjs", acceptsEmpty: true)
        let version = site.store.earlierVersion(try site.path("a.mjs"), hash: hash("import './x.mjs'"))
        #expect(specifiers(version) == ["./x.mjs"])
    }

    @Test("leave out those with a syntax error: the one before them runs on")
    func broken() async throws {
        let site = try StoreFixture()
        let path = try site.path("a.mjs")
        for text in ["import './x.mjs'", "import {", "import './y.mjs'"] {
            try site.folder.write("a.mjs", text)
            _ = site.apply("a.mjs")
            _ = try await site.load("a.mjs", form: .pack)
            if text == "import {" { #expect(specifiers(site.store.earlierSoundVersion(path)) == ["./x.mjs"]) }
        }
        #expect(site.store.earlierVersion(path, hash: hash("import {")) == nil)
        #expect(specifiers(site.store.earlierSoundVersion(path)) == ["./x.mjs"])
    }

    @Test("are bounded in number and in imports; what is used stays")
    func bounds() throws {
        var earlier = EarlierVersions(maximumVersions: 100, maximumImports: 1_000)
        func module(_ number: Int, imports: Int) throws -> StoredModule {
            let module = StoredModule(
                path: try ModulePath(parsing: "m\(number).mjs"), hash: "1",
                content: ByteBuffer(
                    string: (0..<imports).map { "import './x\($0).mjs';" }.joined()),
                contentType: "text/javascript", source: .disk, canonicalFile: nil)
            _ = try module.prepare(.pack)
            return module
        }
        let used = try module(0, imports: 1)
        earlier.add(used)
        for number in 1...500 {
            earlier.add(try module(number, imports: 1))
            #expect(earlier.count <= 100)
            #expect(earlier.version(used.path, hash: "1") != nil)
        }
        #expect(earlier.version(try ModulePath(parsing: "m100.mjs"), hash: "1") == nil)
        #expect(earlier.version(try ModulePath(parsing: "m500.mjs"), hash: "1") != nil)
        for number in 501...520 { earlier.add(try module(number, imports: 400)) }
        #expect(earlier.count <= 4)
    }

    @Test(
        "a module accepts itself when it accepts all of its exports, if all are known",
        arguments: [
            ("export const a = 1, b = 2; import.meta.hot.acceptExports(['a', 'b'])", true),
            ("export const a = 1; export default 2; import.meta.hot.acceptExports(['a'])", false),
            ("export const a = 1; export * from './x.mjs'; import.meta.hot.acceptExports(['a'])", false),
            ("export * as a from './x.mjs'; import.meta.hot.acceptExports('a')", true),
            ("import.meta.hot.acceptExports([])", true), ("export const a = 1", false),
        ])
    func acceptedExports(text: String, acceptsItself: Bool) throws {
        let scan = ImportScan(
            content: ByteBuffer(string: text), contentType: "text/javascript",
            base: try ModulePath(parsing: "a.mjs"))
        #expect(scan.hotSource { _ in nil }.acceptsItself == acceptsItself)
    }
}
