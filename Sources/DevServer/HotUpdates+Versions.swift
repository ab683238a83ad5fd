import ModuleGraph
import ModuleProtocol
import ModuleStore

extension HotUpdates.State {
    /// What is known of a version that a page reports: of that very version if there is a way, since the links of
    /// another one would lead an update elsewhere.
    /// - Parameters:
    ///   - item: What is reported, with what was found of it.
    ///   - page: What the session was known to run before it reported.
    ///   - context: The page's.
    ///   - store: Remembers versions that are no longer current.
    func node(
        _ item: HotReportFindings.Item, _ page: HotPage?, _ context: HotContext, _ store: ModuleStore
    ) -> HotNode {
        if let node = knownNode(item, page, context) { return node }
        var current: PackPart?
        if case .found(let part) = item.lookup, part.links.syntaxError == nil { current = part }
        if let current, current.module.hash == item.hash { return context.links.hotNode(of: current) }
        if let version = store.earlierVersion(item.path, hash: item.hash) {
            return context.links.hotNode(of: version, path: item.path, hash: item.hash)
        }
        // The nearest there is. Of a text that could not be read an earlier one runs on.
        if let current { return context.links.hotNode(of: current) }
        if let version = store.earlierSoundVersion(item.path) {
            return context.links.hotNode(of: version, path: item.path, hash: item.hash)
        }
        return HotNode(path: item.path, isKnown: false)
    }

    private func knownNode(
        _ item: HotReportFindings.Item, _ page: HotPage?, _ context: HotContext
    ) -> HotNode? {
        if let node = page?.graph[item.path], node.isKnown, node.hash == item.hash { return node }
        for group in groups.values where group.context === context {
            if let node = group.page.graph[item.path], node.isKnown, node.hash == item.hash { return node }
        }
        return nil
    }
}
