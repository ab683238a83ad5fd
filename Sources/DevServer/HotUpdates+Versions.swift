import ModuleGraph
import ModuleProtocol
import ModuleStore

extension HotUpdates {
    /// Of what a page reports, the modules of which nothing is known in the version that runs: it was replaced or removed
    /// while nobody watched.
    func unknownVersions(in report: HotReportFindings, of id: SessionID) -> [ModulePath] {
        state.withLockedValue { state in
            let earlier = state.sessions[id]?.suspended?.page
            return report.modules.compactMap { item in
                if case .found(let part) = item.lookup, part.module.hash == item.hash { return nil }
                if case .unknown = item.lookup { return nil }
                return state.exactNode(item, earlier, report.context, store) == nil ? item.path : nil
            }
        }
    }
}

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
        if let node = exactNode(item, page, context, store) { return node }
        var current: PackPart?
        if case .found(let part) = item.lookup, part.links.syntaxError == nil { current = part }
        // The nearest there is. Of a text that could not be read an earlier one runs on.
        if let current { return context.links.hotNode(of: current) }
        if let version = store.earlierSoundVersion(item.path) {
            return context.links.hotNode(of: version, path: item.path, hash: item.hash)
        }
        return HotNode(path: item.path, isKnown: false)
    }

    fileprivate func exactNode(
        _ item: HotReportFindings.Item, _ page: HotPage?, _ context: HotContext, _ store: ModuleStore
    ) -> HotNode? {
        if let node = knownNode(item, page, context) { return node }
        if case .found(let part) = item.lookup, part.module.hash == item.hash, part.links.syntaxError == nil {
            return context.links.hotNode(of: part)
        }
        return store.earlierVersion(item.path, hash: item.hash).map {
            context.links.hotNode(of: $0, path: item.path, hash: item.hash)
        }
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
