import ModuleProtocol
import NIOCore

/// Where the text of a module is looked for first.
package enum SourcePreference: String, Sendable, CaseIterable {
    /// The file; the upstream has what is not on disk.
    case disk
    /// The upstream, which compiles; the file stands for what the upstream does not have.
    case upstream
}

/// What was learnt of a path by comparing the upstream's text with the file's.
enum UpstreamComparison: Sendable, Equatable {
    /// The upstream rewrites the file.
    case rewritten
    /// The upstream's text of the file with this hash was the file's.
    case same(hash: String)
}

/// Source languages that browsers do not run: only a dev server makes modules of them.
enum CompiledLanguage {
    private static let extensions: Set<String> = [
        "ts", "mts", "cts", "tsx", "jsx", "vue", "svelte", "astro", "mdx", "coffee", "scss", "sass", "less",
        "styl",
    ]

    static func isSource(_ path: ModulePath) -> Bool {
        let file = path.filePath
        guard let dot = file.lastIndex(of: ".") else { return false }
        return extensions.contains(file[file.index(after: dot)...].lowercased())
    }
}

extension ModuleStore {
    /// Whether a path is asked of the upstream although there may be a file.
    ///
    /// True for every path with ``SourcePreference/upstream``, else for languages that browsers do not run and for
    /// modules whose file was found to be rewritten by the upstream. Never without an upstream. Safe on any thread.
    package func prefersUpstream(_ path: ModulePath) -> Bool {
        guard upstream != nil else { return false }
        if configuration.preference == .upstream || CompiledLanguage.isSource(path) { return true }
        return state.withLockedValue { $0.comparisons[ByteKey(path.string)] == .rewritten }
    }

    /// Whether the upstream may have another text of a module that came from a file.
    package func mayBeRewritten(_ module: StoredModule) -> Bool {
        guard upstream != nil, module.source == .disk else { return false }
        return state.withLockedValue {
            $0.comparisons[ByteKey(module.path.string)] != .same(hash: module.hash)
        }
    }

    /// The upstream's text of a module whose file has specifiers that no browser resolves, if it differs.
    ///
    /// Dev servers rewrite bare specifiers, so the upstream's answer is what the page gets over HTTP.
    /// - Parameters:
    ///   - module: The module as it is on disk.
    ///   - deflated: Whether its part of a pack is to be compressed.
    ///   - eventLoop: Where the future is completed.
    /// - Returns: The upstream's module, or `module` itself when the upstream has the same text or none; never fails.
    package func rewritten(
        _ module: StoredModule, deflated: Bool, on eventLoop: any EventLoop
    ) -> EventLoopFuture<StoredModule> {
        let key = ByteKey(module.path.string)
        guard mayBeRewritten(module) else { return eventLoop.makeSucceededFuture(module) }
        compare(key, .rewritten)
        return load(module.path, form: .pack, deflated: deflated, on: eventLoop).map { found in
            if found.source == .upstream, found.hash != module.hash { return found }
            self.compare(key, .same(hash: module.hash))
            return module
        }.recover { _ in
            // The dev server may be down just now; the next graph asks again.
            self.state.withLockedValue { _ = $0.comparisons.removeValue(forKey: key) }
            return module
        }
    }

    private func compare(_ key: ByteKey, _ result: UpstreamComparison) {
        state.withLockedValue { state in
            if state.comparisons.count >= StoreLimits.comparisons { state.comparisons.removeAll() }
            state.comparisons[key] = result
            state.cache.remove(key)
        }
    }
}
