import ModuleProtocol
import Testing

@testable import ModuleGraph

@Suite("What a page runs")
struct HotPageTests {
    private func page(_ lines: String..., entries: [String] = []) -> HotPage {
        var page = HotPage()
        for line in lines {
            let node = node(line)
            page.report(node, hash: node.hash)
        }
        page.report(entries: entries.map(path))
        return page
    }

    private func version(_ line: String, _ hash: String, isBroken: Bool = false) -> HotChange {
        let node = node(line, hash: hash)
        return HotChange(
            path: node.path,
            outcome: .version(
                node, isBroken ? ModuleSyntaxError(message: "broken", line: 3, column: 4) : nil))
    }

    private func gone(_ name: String, _ message: String = "gone") -> HotChange {
        HotChange(path: path(name), outcome: .gone(code: "not_found", message: message))
    }

    @Test("an update counts as running, and the version before decides about it")
    func versions() {
        var page = page("main: a", "a!")
        var outcome = page.apply([version("a", "2")])
        #expect(outcome.boundaries.map(summary) == ["a a: a"])
        #expect(outcome.changed == [.init(path: path("a"), oldHash: "1", newHash: "2")])
        #expect(page.running[path("a")] == "2")
        outcome = page.apply([version("a!", "3")])
        #expect(outcome.deadEnd?.path == path("a") && outcome.boundaries.isEmpty)
        #expect(!outcome.hasUpdate)
        #expect(page.apply([version("a!", "4")]).boundaries.map(summary) == ["a a: a"])
    }

    @Test("the same version and what does not run are nothing")
    func nothing() {
        var page = page("main!")
        let outcome = page.apply([version("main!", "1"), version("other!", "9"), gone("third")])
        #expect(outcome == HotOutcome() && !outcome.hasUpdate)
    }

    @Test("what nothing imports any more is forgotten, importers first, entries apart")
    func pruning() {
        var page = page(
            "main!: a b", "a: c", "b", "c: d", "d", "second", entries: ["main", "b"])
        #expect(page.apply([version("main!: second", "2")]).pruned.map(\.string) == ["a", "c", "d"])
        #expect(Set(page.running.keys.map(\.string)) == ["main", "b", "second"])
        // Forgotten, so its changes are nothing.
        #expect(page.apply([version("c", "2")]) == HotOutcome())
    }

    @Test("modules that import each other are forgotten once nothing leads to them")
    func prunedCycles() {
        var page = page(
            "main!: a kept", "a: b", "b: c", "c: b leaf shared", "leaf", "shared", "kept: shared",
            entries: ["main"])
        #expect(
            page.apply([version("main!: kept", "2")]).pruned.map(\.string) == ["a", "c", "b", "leaf"])
        // What they imported is reached by nobody but who runs.
        #expect(page.graph.importers(of: path("shared")) == [path("kept")])
        #expect(page.apply([version("kept!", "2")]).pruned.map(\.string) == ["shared"])
    }

    @Test("a cycle that lost one of its importers stays while another leads to it")
    func keptCycles() {
        var page = page("main!: a other", "a: b", "b: a", "other: b", entries: ["main"])
        #expect(page.apply([version("main!: other", "2")]).pruned.isEmpty)
        #expect(page.apply([version("other", "2")]).pruned.map(\.string) == ["a", "b"])
        // The entry is part of the cycle.
        var circle = self.page("main!: a", "a: b", "b: a main", entries: ["main"])
        #expect(circle.apply([version("main!: b", "2")]).pruned.isEmpty)
        #expect(circle.apply([version("b: main", "2")]).pruned.map(\.string) == ["a"])
    }

    @Test("what runs without a way to it, by a computed import, stays when a module of it lets another go")
    func computedImports() {
        var page = page("main!", "x: y z", "y: z", "z: x", entries: ["main"])
        #expect(page.apply([version("x: y", "2")]).pruned.isEmpty)
        #expect(page.running.count == 4)
    }

    /// A page that was told of a module when its importer had already let it go.
    private func pageWithOrphan(areAll: Bool) -> HotPage {
        var page = page("main!: b", "orphan: other a", "other: orphan", "late: a", "a", "b: a")
        page.report(entries: [path("main")], areAll: areAll)
        return page
    }

    @Test("what no entry leads to is no dead end and no problem, if the page has named all entries")
    func orphans() {
        var page = pageWithOrphan(areAll: true)
        let outcome = page.apply([version("a", "2"), version("late", "2")])
        #expect(outcome.boundaries.map(summary) == ["main main: a b main"])
        #expect(outcome.pruned.map(\.string) == ["late", "orphan", "other"])
        #expect(outcome.changed.map(\.path) == [path("a")] && page.running.count == 3)
        var second = pageWithOrphan(areAll: true)
        let missing = second.apply([gone("orphan"), gone("b")])
        #expect(missing.problems.map(\.path) == [path("b")] && missing.pruned.count == 3)
        // Nothing but a reload is left where it is not known what else there is.
        #expect(pageWithOrphan(areAll: false).deadEnd(of: version("a", "2")) == path("a"))
        var unknown = pageWithOrphan(areAll: true)
        unknown.report(node("main: b"), hash: "1")
        unknown.report(node("unknown?"), hash: "1")
        #expect(unknown.deadEnd(of: version("a", "2")) == path("a"))
        // A real dead end stays one.
        var dead = pageWithOrphan(areAll: true)
        dead.report(node("main: b"), hash: "1")
        #expect(dead.apply([version("a", "2")]).deadEnd?.reason.hasSuffix("they end at main") == true)
    }

    @Test("what was sent and does not run: what runs decides about the next version")
    func failedVersions() {
        var page = page("main: a", "a!")
        _ = page.apply([version("a", "2")])
        #expect(page.deadEnd(of: version("a", "3")) == path("a"))
        var same = page
        // The page says that the version before runs on.
        page.report(node("a!", hash: "1"), hash: "2", isRunning: false)
        #expect(!page.runsTheSame(as: same))
        #expect(page.apply([version("a", "2")]) == HotOutcome())
        #expect(page.apply([version("a!", "1")]).boundaries.map(summary) == ["a a: a"])
        same.report(node("a!", hash: "1"), hash: "1")
        #expect(page.runsTheSame(as: same))
    }

    @Test("what keeps another importer stays")
    func keptImporter() {
        var page = page("main!: a b", "a: c", "b: c", "c")
        #expect(page.apply([version("main!: b", "2")]).pruned.map(\.string) == ["a"])
        #expect(page.graph.importers(of: path("c")) == [path("b")])
    }

    @Test("what cannot be had is told once, with its importers, until it is back")
    func problems() {
        var page = page("main: a", "a!")
        let problem = HotProblem(
            path: path("a"), code: "not_found", message: "gone", importers: [path("main")])
        #expect(page.apply([gone("a")]).problems == [problem])
        #expect(page.apply([gone("a")]) == HotOutcome())
        #expect(page.apply([gone("a", "refused")]).problems.map(\.message) == ["refused"])
        var outcome = page.apply([version("a!", "1")])
        #expect(outcome.cleared == [path("a")] && outcome.hasUpdate && outcome.changed.isEmpty)
        _ = page.apply([gone("a")])
        outcome = page.apply([version("a!", "2")])
        #expect(outcome.cleared == [path("a")] && outcome.boundaries.map(summary) == ["a a: a"])
    }

    @Test("what is gone and let go by its importer at once is no problem; later it is cleared")
    func goneAndPruned() {
        var first = page("main!: a", "a")
        let outcome = first.apply([gone("a"), version("main!", "2")])
        #expect(outcome.problems.isEmpty && outcome.pruned == [path("a")] && outcome.cleared.isEmpty)
        var second = page("main!: a", "a")
        _ = second.apply([gone("a")])
        #expect(second.apply([version("main!", "2")]).cleared == [path("a")])
    }

    @Test("a broken version goes to who takes it, and what is known stays about the running one")
    func brokenVersions() {
        var page = page("main: a", "a!")
        let outcome = page.apply([version("a", "2", isBroken: true)])
        #expect(outcome.boundaries.map(summary) == ["a a: a"] && outcome.problems.isEmpty)
        #expect(page.running[path("a")] == "2")
        #expect(page.apply([version("a", "3")]).boundaries.map(summary) == ["a a: a"])
    }

    @Test("a broken version that nobody takes reloads nothing and does not count as running")
    func brokenDeadEnd() {
        var page = page("main: a b", "a", "b!")
        var outcome = page.apply([version("a", "2", isBroken: true), version("b!", "2")])
        #expect(outcome.deadEnd == nil && outcome.boundaries.map(summary) == ["b b: b"])
        #expect(
            outcome.problems == [
                HotProblem(
                    path: path("a"), code: "syntax_error", message: "broken", importers: [path("main")],
                    line: 3, column: 4)
            ])
        #expect(page.running[path("a")] == "1")
        outcome = page.apply([version("a", "1")])
        #expect(outcome.cleared == [path("a")] && outcome.changed.isEmpty)
        _ = page.apply([version("a", "3", isBroken: true)])
        #expect(page.apply([version("a", "4")]).deadEnd?.path == path("a"))
    }

    @Test("of a version that is not known, the next one decides")
    func unknownVersions() {
        var page = page("main: a", "a?")
        #expect(page.apply([version("a!", "2")]).boundaries.map(summary) == ["a a: a"])
        #expect(page.apply([version("a", "3")]).boundaries.map(summary) == ["a a: a"])
    }

    @Test("style sheets change without an update")
    func styleSheets() {
        var page = page("main!: a", "a$")
        #expect(!page.apply([version("a$", "2")]).hasUpdate)
        #expect(page.running[path("a")] == "2")
    }

    @Test("pages that run the same are told apart from others, whatever the way there")
    func sameness() {
        var (one, two) = (page("main!: a", "a!"), page("a!", "main!: a"))
        #expect(one.runsTheSame(as: two))
        _ = one.apply([version("a!", "2")])
        #expect(!one.runsTheSame(as: two))
        _ = two.apply([version("a!", "2")])
        #expect(one.runsTheSame(as: two))
        _ = one.apply([gone("a")])
        #expect(!one.runsTheSame(as: two))
        _ = one.apply([version("a!", "2")])
        #expect(one.runsTheSame(as: two))
        one.report(entries: [path("a")])
        #expect(!one.runsTheSame(as: two))
    }

    @Test("a refused update needs the module to run")
    func invalidations() {
        let page = page("main!: a", "a!")
        #expect(page.invalidate(path("a"), first: nil)?.boundaries.map(summary) == ["main main: main"])
        #expect(page.invalidate(path("main"), first: nil)?.deadEnd != nil)
        #expect(page.invalidate(path("x"), first: nil) == nil)
    }

    @Test("random changes keep the importers right", arguments: 0..<20)
    func randomGraphs(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        var graph = HotGraph()
        var imports: [Int: Set<Int>] = [:]
        for _ in 0..<400 {
            let module = random.below(20)
            if random.below(4) == 0 {
                graph.remove(path("m\(module)"))
                imports[module] = nil
            } else {
                let targets = Set((0..<random.below(5)).map { _ in random.below(20) })
                graph.insert(node("m\(module): " + targets.map { "m\($0)" }.joined(separator: " ")))
                imports[module] = targets
            }
        }
        for module in 0..<20 {
            let expected = imports.filter { $0.key != module && $0.value.contains(module) }.keys
            #expect(graph.importers(of: path("m\(module)")) == expected.map { path("m\($0)") }.sorted())
        }
    }
}

extension HotPage {
    /// The module because of which a change would be a reload.
    fileprivate func deadEnd(of change: HotChange) -> ModulePath? {
        var page = self
        return page.apply([change]).deadEnd?.path
    }
}

/// A small generator of pseudo-random numbers, for tests that repeat.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
