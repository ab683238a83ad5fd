import ModuleGraph
import ModuleProtocol
import ModuleStore
import NIOPosix
import Testing

@testable import DevServer

@Suite("Kept graphs")
struct KeptGraphsTests {
    private func key(_ name: String) throws -> GraphKey {
        GraphKey(entries: [try ModulePath(parsing: name)], importMap: .empty, siteAuthorities: ["localhost"])
    }

    @Test("are there until something changes, the latest count wins")
    func changes() throws {
        let graphs = KeptGraphs(maximumBytes: 1_000)
        graphs.keep(KeptGraph(parts: []), as: try key("a"), changeCount: 5)
        #expect(graphs.graph(try key("a"), changeCount: 5) != nil)
        #expect(graphs.graph(try key("b"), changeCount: 5) == nil)
        #expect(graphs.graph(try key("a"), changeCount: 6) == nil)
        // A walk that began before the change ends after it.
        graphs.keep(KeptGraph(parts: []), as: try key("b"), changeCount: 6)
        graphs.keep(KeptGraph(parts: []), as: try key("c"), changeCount: 5)
        #expect(graphs.graph(try key("a"), changeCount: 6) == nil)
        #expect(graphs.graph(try key("c"), changeCount: 6) == nil)
        #expect(graphs.graph(try key("b"), changeCount: 6) != nil)
    }

    @Test("are as many as the limit says")
    func count() throws {
        let graphs = KeptGraphs(maximumBytes: 1_000)
        for index in 0...ServerLimits.keptGraphs {
            graphs.keep(KeptGraph(parts: []), as: try key("m\(index)"), changeCount: 1)
        }
        #expect(graphs.graph(try key("m0"), changeCount: 1) == nil)
        #expect(graphs.graph(try key("m1"), changeCount: 1) != nil)
        #expect(graphs.graph(try key("m\(ServerLimits.keptGraphs)"), changeCount: 1) != nil)
    }
}
