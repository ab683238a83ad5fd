import ModuleProtocol
import Testing

@testable import ModuleGraph

@Suite("Who takes a change")
struct HotDecisionTests {
    private func decide(_ graph: HotGraph, _ changed: String...) -> [String] {
        summary(graph.decide(changed: changed.map(path)))
    }

    @Test("a module that accepts itself, whoever imports it")
    func ownUpdates() {
        #expect(decide(graph("main: a", "a!: b", "b"), "a") == ["a a: a"])
        #expect(decide(graph("a!"), "a") == ["a a: a"])
    }

    @Test("an importer that accepts its dependency, and only the dependency is evaluated")
    func dependencies() {
        #expect(decide(graph("main: a +a", "a"), "a") == ["main a: a"])
        #expect(decide(graph("main: a* +a", "a"), "a") == ["main a: a"])
        // Accepting another one does not help.
        #expect(decide(graph("main: a b +b", "a", "b"), "a")[0].hasPrefix("reload"))
    }

    @Test("the nearest that accept on every way up")
    func everyWay() {
        let ways = graph("main: x y", "x!: a", "y: a +a", "a")
        #expect(decide(ways, "a") == ["y a: a", "x x: a x"])
        // One way that nobody takes is enough for a reload.
        #expect(decide(graph("main: x y", "x!: a", "y: a", "a"), "a")[0].hasPrefix("reload"))
    }

    @Test("what lies between is evaluated anew, imports before importers")
    func chains() {
        #expect(decide(graph("main!: c", "c: b", "b: a", "a"), "a") == ["main main: a b c main"])
        let diamond = graph("top!: left right", "left: base", "right: left base", "base")
        #expect(decide(diamond, "base") == ["top top: base left right top"])
        // What imports nothing that changed is left alone.
        #expect(decide(graph("top!: a side", "side: other", "other", "a"), "a") == ["top top: a top"])
    }

    @Test("a dynamic importer comes after what it imports, and before what imports it")
    func dynamicChains() {
        let found = decide(graph("top!: late*", "late: leaf top", "leaf"), "leaf")
        #expect(found == ["top top: leaf late top"])
    }

    @Test("cycles end, and each of their modules is evaluated once")
    func cycles() {
        #expect(decide(graph("main!: a", "a: b", "b: c", "c: a"), "c") == ["main main: c b a main"])
        #expect(decide(graph("a: a"), "a") == ["reload because no module accepts updates of a"])
        #expect(decide(graph("a: b", "b: a"), "a") == ["reload because no module accepts updates of a"])
        #expect(decide(graph("a!: b", "b: a"), "b") == ["a a: b a"])
    }

    @Test("nobody: the reason names the module, and where the way up ends")
    func deadEnds() {
        #expect(decide(graph("a"), "a") == ["reload because no module accepts updates of a"])
        #expect(
            decide(graph("main: b", "b: a", "a"), "a")
                == ["reload because no module accepts updates of a: they end at main"])
        #expect(
            decide(graph("b!", "a", "main: a b"), "b", "a")[0]
                == "reload because no module accepts updates of a: they end at main")
        #expect(
            decide(graph("main?: a", "a"), "a")
                == ["reload because updates of a reach main, of which the running version is not known"])
    }

    @Test("nothing follows from what does not run, and from style sheets")
    func notRunning() {
        #expect(decide(graph("main: a"), "a").isEmpty)
        #expect(decide(graph("main: a$", "a$"), "a").isEmpty)
        #expect(decide(graph("main: a b", "a$", "b!"), "a", "b") == ["b b: b"])
        #expect(decide(graph("main"), "elsewhere").isEmpty)
    }

    @Test("many changes are one decision, each boundary once")
    func batches() {
        let many = graph("main!: a b c", "a: d", "b: d", "c!", "d")
        #expect(decide(many, "d", "a", "c", "d") == ["main main: d a b main", "c c: c"])
        #expect(decide(graph("main: b +b", "b!: a", "a"), "a", "b") == ["b b: a b"])
    }

    @Test("accepted exports: as long as importers use no others")
    func exports() {
        #expect(decide(graph("main: a{x}", "a: !x"), "a") == ["a a: a"])
        #expect(decide(graph("main: a{}", "a: !x"), "a") == ["a a: a"])
        #expect(decide(graph("a: !x"), "a") == ["a a: a"])
        #expect(decide(graph("main: a{x,y}", "a: !x"), "a")[0].hasPrefix("reload"))
        #expect(decide(graph("main: a", "a: !x"), "a")[0].hasPrefix("reload"))
        // Mentioned twice, both count.
        #expect(decide(graph("main: a{x} a{y}", "a: !x"), "a")[0].hasPrefix("reload"))
        #expect(
            decide(graph("main: a{x} other", "other!: a{y}", "a: !x"), "a") == [
                "a a: a", "other other: a other",
            ])
        #expect(decide(graph("main: a{x,y}", "a: !x !y"), "a") == ["a a: a"])
    }

    @Test("a module is its own importer, which counts for nothing")
    func selfImport() {
        #expect(decide(graph("main!: a", "a: a"), "a") == ["main main: a main"])
        #expect(graph("a: a", "b: a").importers(of: path("a")) == [path("b")])
        #expect(graph("a: a", "b: a").importerCount(of: path("a")) == 1)
    }

    @Test("an invalidation goes to the importers, in circles to a reload")
    func invalidations() {
        let circle = graph("main: a", "a!: b", "b!: a")
        func invalidate(_ graph: HotGraph, _ name: String, first: String? = nil) -> [String] {
            summary(graph.decide(invalidated: path(name), first: first.map(path)))
        }
        #expect(invalidate(graph("main: b", "b!: a", "a!"), "a") == ["b b: b"])
        #expect(invalidate(circle, "b") == ["a a: a"])
        #expect(invalidate(circle, "a", first: "b")[0].hasPrefix("reload"))
        #expect(invalidate(graph("a!"), "a") == ["reload because a is invalid, and no module imports it"])
        // An importer that accepts the module would only be given the same one again.
        #expect(invalidate(graph("main: a +a", "a!"), "a")[0].hasPrefix("reload"))
    }

    @Test("a deep graph needs no stack, a wide one no time")
    func size() {
        var deep = HotGraph()
        deep.insert(node("m0"))
        for index in 1..<20_000 { deep.insert(node("m\(index): m\(index - 1)")) }
        deep.insert(node("top!: m19999"))
        guard case .update(let boundaries) = deep.decide(changed: [path("m0")]) else {
            Issue.record("the top accepts it")
            return
        }
        #expect(boundaries[0].chain.count == 20_001)
        var wide = graph("leaf", "mid: leaf")
        for index in 0..<2_000 { wide.insert(node("b\(index)!: mid leaf")) }
        guard case .update(let many) = wide.decide(changed: [path("leaf")]) else {
            Issue.record("every importer accepts it")
            return
        }
        #expect(many.count == 2_000)
    }

    @Test("chains that add up to too much are a reload")
    func chainLimit() {
        var graph = HotGraph()
        graph.insert(node("m0"))
        for index in 1..<1_000 { graph.insert(node("m\(index): m\(index - 1)")) }
        for index in 0..<HotLimits.chainEntries / 1_000 { graph.insert(node("b\(index)!: m999")) }
        #expect(decide(graph, "m0") == ["reload because m0 is used in too many places"])
    }
}
