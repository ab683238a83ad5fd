import ModuleGraph
import ModuleProtocol
import NIOCore

/// What one version of a module said about hot updates, when there is nothing else left of it.
package struct ModuleVersion: Sendable {
    /// What it said.
    package let hot: HotSource
    /// What its relative imports are resolved against.
    package let base: ModulePath

    /// - Parameters:
    ///   - hot: What it said.
    ///   - base: What its relative imports are resolved against.
    package init(hot: HotSource, base: ModulePath) {
        self.hot = hot
        self.base = base
    }
}

/// What versions that are no longer current said: pages may run them and have not said so yet, or have been away.
///
/// Bounded; what has not been asked for or replaced for longest goes first, half of all at once. Lives behind the
/// cache's lock.
struct EarlierVersions: Sendable {
    private struct Key: Hashable, Sendable {
        let path: ModulePath
        let hash: String
    }

    private struct Generation: Sendable {
        var versions: [Key: ModuleVersion] = [:]
        /// The last version of each module that could be read.
        var sound: [ModulePath: ModuleVersion] = [:]
        var imports = 0
    }

    private let maximumVersions: Int
    private let maximumImports: Int
    private var young = Generation()
    private var old = Generation()

    init(
        maximumVersions: Int = StoreLimits.earlierVersions, maximumImports: Int = StoreLimits.earlierImports
    ) {
        self.maximumVersions = maximumVersions
        self.maximumImports = maximumImports
    }

    /// Number of versions.
    var count: Int { young.versions.count + old.versions.count }

    /// Takes note of a version that is about to be forgotten; one that no client can have linked is not kept.
    mutating func add(_ module: StoredModule) {
        guard let links = module.links, links.syntaxError == nil else { return }
        let version = ModuleVersion(hot: links.hot, base: module.base)
        keep(version, Key(path: module.path, hash: module.hash))
        young.sound[module.path] = version
    }

    /// Takes note of a version that only a page still has.
    mutating func learn(_ module: StoredModule) {
        guard let links = module.links, links.syntaxError == nil else { return }
        keep(ModuleVersion(hot: links.hot, base: module.base), Key(path: module.path, hash: module.hash))
    }

    /// What a version said; counts as a use.
    mutating func version(_ path: ModulePath, hash: String) -> ModuleVersion? {
        let key = Key(path: path, hash: hash)
        if let version = young.versions[key] { return version }
        guard let version = old.versions[key] else { return nil }
        keep(version, key)
        return version
    }

    /// What the last version said that could be read, whichever that was.
    func soundVersion(_ path: ModulePath) -> ModuleVersion? { young.sound[path] ?? old.sound[path] }

    private mutating func keep(_ version: ModuleVersion, _ key: Key) {
        if young.versions.count >= maximumVersions / 2 || young.imports >= maximumImports / 2 {
            old = young
            young = Generation()
        }
        guard young.versions.updateValue(version, forKey: key) == nil else { return }
        young.imports += version.hot.imports.count
    }
}

extension ModuleStore {
    /// What a version that is no longer current said about hot updates; `nil` when it is not known, or not any more.
    ///
    /// Safe on any thread; does not block.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - hash: The version's hash.
    package func earlierVersion(_ path: ModulePath, hash: String) -> ModuleVersion? {
        state.withLockedValue { $0.cache.earlier.version(path, hash: hash) }
    }

    /// What the last version before the current one said that could be read; `nil` when none is known.
    ///
    /// Safe on any thread; does not block. For a page that has been sent a text with a syntax error: an earlier one
    /// runs on.
    /// - Parameter path: The module's path.
    package func earlierSoundVersion(_ path: ModulePath) -> ModuleVersion? {
        state.withLockedValue { $0.cache.earlier.soundVersion(path) }
    }

    /// Takes note of an earlier version of a module by its text, which a page still has.
    ///
    /// Safe on any thread; takes time in proportion to the text.
    /// - Parameters:
    ///   - text: The version's text. One that has not the hash counts for nothing: a page cannot make others believe
    ///     what has never been.
    ///   - path: The module's path.
    ///   - hash: The version's hash.
    ///   - current: The module's current version, if there is one.
    package func learn(_ text: String, of path: ModulePath, hash: String, current: StoredModule?) {
        let content = ByteBuffer(string: text)
        guard ContentHash.sha256Prefix(content) == hash else { return }
        let version = StoredModule(
            path: path, hash: hash, content: content,
            contentType: current?.contentType ?? MIMEType.essence(forPath: path.filePath), source: .disk,
            canonicalFile: nil, base: current?.base)
        _ = version.packPart()
        state.withLockedValue { $0.cache.earlier.learn(version) }
    }
}
