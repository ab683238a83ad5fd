import ModuleGraph
import ModuleProtocol
import Testing

/// Runs a walk over a graph given as importer → imports; what is not in it cannot be had.
private func walk(
    _ graph: [String: [String]], from entries: [String], limit: Int = 100,
    order: (inout [ModulePath]) -> Void = { _ in }
) -> GraphWalk<String> {
    var walk = GraphWalk<String>(limit: limit)
    var queue = entries.map(path).filter { walk.visit($0) }
    while !queue.isEmpty {
        order(&queue)
        let next = queue.removeFirst()
        if let imports = graph[next.string] {
            queue += walk.found("module \(next)", at: next, imports: imports.map(path))
        } else {
            walk.failed(next, .notFound)
        }
    }
    return walk
}

@Suite("A walk through a graph")
struct GraphWalkTests {
    @Test("asks for every module once, cycles and diamonds included")
    func closure() {
        let graph = ["a": ["b", "c", "a"], "b": ["d"], "c": ["d", "a"], "d": ["b"], "unused": []]
        let found = walk(graph, from: ["a", "d", "a"])
        #expect(found.isComplete && found.isWhole)
        #expect(found.modules.map(\.path.string).sorted() == ["a", "b", "c", "d"])
        #expect(found.modules.first?.module == "module a")
    }

    @Test("ends the same in whatever order modules arrive")
    func anyOrder() {
        var random = SystemRandomNumberGenerator()
        let names = (0..<40).map { "m\($0)" }
        for _ in 0..<50 {
            var graph: [String: [String]] = [:]
            for name in names.dropLast(5) {
                graph[name] = (0..<3).map { _ in names[Int.random(in: 0..<40, using: &random)] }
            }
            let inOrder = walk(graph, from: ["m0", "m39"])
            let shuffled = walk(graph, from: ["m0", "m39"]) { $0.shuffle(using: &random) }
            func summary(_ walk: GraphWalk<String>) -> [String] {
                walk.modules.map(\.path.string).sorted()
                    + walk.missing(entries: [path("m0"), path("m39")]) { _, path in [path.string] }
                    .map { "\($0.specifier) \($0.importer?.string ?? "-")" }.sorted()
            }
            #expect(summary(inOrder) == summary(shuffled))
        }
    }

    @Test("tells what is missing per specifier and importer")
    func missing() {
        var walk = GraphWalk<String>()
        let (a, b, gone) = (path("a"), path("b"), path("gone"))
        _ = walk.visit(a)
        _ = walk.visit(gone)
        #expect(walk.found("a", at: a, imports: [b, gone], bare: ["react"]) == [b])
        #expect(walk.found("b", at: b, imports: [gone]).isEmpty)
        #expect(!walk.isComplete)
        walk.failed(gone, .forbidden)
        #expect(walk.isComplete && !walk.isWhole)
        let missing = walk.missing(entries: [a, gone]) { module, path in
            ["./\(path) in \(module)", "/\(path)"]
        }
        #expect(
            missing == [
                MissingModule(specifier: "gone", importer: nil, path: gone, reason: .error(.forbidden)),
                MissingModule(specifier: "./gone in a", importer: a, path: gone, reason: .error(.forbidden)),
                MissingModule(specifier: "/gone", importer: a, path: gone, reason: .error(.forbidden)),
                MissingModule(specifier: "./gone in b", importer: b, path: gone, reason: .error(.forbidden)),
                MissingModule(specifier: "/gone", importer: b, path: gone, reason: .error(.forbidden)),
                MissingModule(specifier: "react", importer: a, path: nil, reason: .bare),
            ])
    }

    @Test("goes no further than the limit")
    func limit() {
        let chain = Dictionary(uniqueKeysWithValues: (0..<50).map { ("m\($0)", ["m\($0 + 1)"]) })
        #expect(!walk(chain, from: ["m0"], limit: 51).isTooLarge)
        let cut = walk(chain, from: ["m0"], limit: 10)
        #expect(cut.isTooLarge && cut.modules.count == 11)
    }
}

@Suite("Packs")
struct PackFillingTests {
    @Test("are full at their size, and keep the order")
    func sizes() {
        var filling = PackFilling<Int>(packBytes: 100)
        #expect(filling.add(1, bytes: 60) == nil)
        #expect(filling.add(2, bytes: 40) == [1, 2])
        #expect(filling.isEmpty && filling.take() == nil)
        #expect(filling.add(3, bytes: 1_000) == [3])
        #expect(filling.add(4, bytes: 99) == nil)
        #expect(filling.take() == [4])
        #expect(filling.add(5, bytes: 99) == nil)
        #expect(filling.add(6, bytes: 0) == nil)
        #expect(filling.add(7, bytes: 1) == [5, 6, 7])
    }

    @Test("exceed the maximum only with a single module")
    func maximum() {
        var filling = PackFilling<Int>(packBytes: 100, maximumBytes: 200)
        #expect(filling.add(1, bytes: 90) == nil)
        #expect(filling.add(2, bytes: 500) == [1])
        #expect(filling.add(3, bytes: 10) == [2])
        #expect(filling.add(4, bytes: 190) == [3, 4])
        #expect(filling.take() == nil)
    }
}
