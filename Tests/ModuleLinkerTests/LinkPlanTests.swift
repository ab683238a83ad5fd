import ModuleProtocol
import Testing

@testable import ModuleLinker

@Suite("Link plans")
struct LinkPlanTests {
    @Test(
        "are not made for what takes a URL parser",
        arguments: [
            "./b.mjs?v=1", "./b.mjs#x", "./%62.mjs", "./b c.mjs", "./x/", "./x/../b.mjs", "./x/./b.mjs",
            "./",
            "../", "/", "//cdn.test/b.mjs", "https://cdn.test/b.mjs", "b:c", "./ü.mjs", "node:", "",
        ])
    func refusedSpecifiers(specifier: String) throws {
        #expect(try module("import '\(specifier)'", .static(specifier)) == nil)
        #expect(try module("import('\(specifier)')", .dynamic(specifier)) == nil)
    }

    @Test("are not made for imports of another type, nor for a module whose own URL takes a parser")
    func refusedModules() throws {
        #expect(try module("import './b.json' with {}", .static("./b.json", type: "json")) == nil)
        for path in ["a.mjs?v=1", "a b.mjs", "ü.mjs", "a%25.mjs"] {
            #expect(try module("", path: path) == nil)
        }
        #expect(try module("import './b.json'", .static("./b.json")) != nil)
    }

    @Test(
        "are not made for source maps elsewhere",
        arguments: ["https://cdn.test/a.map", "a.map?x", "node:a.map", "//cdn.test/a.map", "%61.map"])
    func refusedSourceMaps(name: String) throws {
        #expect(try module("x\n//# sourceMappingURL=\(name)") == nil)
        // Where it is no comment of the last lines, it is nothing.
        #expect(try module("//# sourceMappingURL=\(name)\nx") != nil)
    }

    @Test("hold no memory for a module that names nothing, and a few bytes for each import")
    func cost() throws {
        #expect(try module("export const a = 1")?.plan.cost == 0)
        let names = (0..<100).map { "./module-\($0).mjs" }
        let text = names.map { "import '\($0)'\n" }.joined()
        let module = try #require(try module(text, found: names.map { .static($0) }))
        #expect(module.plan.cost <= 32 + 1 + 5 * names.count)
    }

    @Test("say again what they were made of")
    func steps() throws {
        let written: [LinkPlan.Written] = [
            .url(.joined(keeping: 0, skipping: 1)), .current(.joined(keeping: 70_000, skipping: 3)),
            .url(.spelled(Array("lib/b.mjs".utf8))), .current(.spelled([])), .importer, .openingParenthesis,
            .closingParenthesis,
            .resolveOpening,
            .resolveClosing, .ownURL, .sourceMap(.joined(keeping: 129, skipping: 2)),
        ]
        let steps = written.enumerated().map { index, written in
            LinkPlan.Step(
                range: (3 + index * 1_000)..<(3 + index * 1_000 + 500 * (index % 2)), written: written)
        }
        for (hasMark, isScript, meta) in [
            (true, true, LinkPlan.Meta.hotCall), (false, true, .call), (true, false, .nothing),
            (false, false, .nothing),
        ] {
            let plan = try #require(
                LinkPlan(hasMark: hasMark, isScript: isScript, meta: meta, steps: steps))
            #expect(plan.replacedAtStart == (hasMark ? 3 : 0))
            #expect(plan.isScript == isScript)
            #expect(plan.meta == meta)
            #expect(Array(plan.steps) == steps)
        }
    }

    @Test("are not made of steps that overlap")
    func overlaps() {
        let steps = [(5..<9), (8..<10)].map { LinkPlan.Step(range: $0, written: .ownURL) }
        #expect(LinkPlan(hasMark: false, isScript: false, meta: .nothing, steps: steps) == nil)
        #expect(
            LinkPlan(
                hasMark: true, isScript: false, meta: .nothing, steps: [.init(range: 2..<4, written: .ownURL)]
            ) == nil)
    }
}
