extension WatchTree {
    /// Whether what happens to this name in this folder is to be told.
    func reports(_ directory: String, _ name: String, isDirectory: Bool) -> Bool {
        // What is listed has passed the rules; they need not be asked at every save.
        if let entry = directories[directory]?.entries[name], entry.isDirectory == isDirectory { return true }
        return admits(directory, name, isDirectory: isDirectory)
    }

    /// The same by the rules as they are now.
    func admits(_ directory: String, _ name: String, isDirectory: Bool) -> Bool {
        if !isDirectory, isPinned(directory, name) { return true }
        return directories[directory]?.root != nil && !ignores(directory, name, isDirectory: isDirectory)
    }

    /// Whether the rules ignore this name in a folder that is not ignored itself.
    func ignores(_ directory: String, _ name: String, isDirectory: Bool) -> Bool {
        guard let node = directories[directory], let root = node.root else { return true }
        let path = CanonicalPath.join(directory, name)
        let subject = IgnoreSubject(
            relativePath: CanonicalPath.relative(path, to: root), isDirectory: isDirectory)
        return rules.ignores(subject, scope: node.scope)
    }

    /// Whether a path is ignored, itself or by a folder above it; true for what lies outside all roots.
    func isIgnored(_ path: String, isDirectory: Bool) -> Bool {
        guard let root = root(of: path) else { return true }
        if path == root { return false }
        let components = CanonicalPath.relative(path, to: root).split(separator: UInt8(ascii: "/"))
        var directory = root
        var scope = directories[root]?.scope
        for (index, component) in components.enumerated() {
            let isLast = index == components.count - 1
            let child = CanonicalPath.join(directory, String(decoding: component, as: UTF8.self))
            let subject = IgnoreSubject(
                relativePath: CanonicalPath.relative(child, to: root),
                isDirectory: isLast ? isDirectory : true)
            if rules.ignores(subject, scope: scope) { return true }
            directory = child
            scope = directories[child]?.scope ?? scope
        }
        return false
    }

    /// The deepest root that holds the path.
    func root(of path: String) -> String? {
        var current = path
        while true {
            if roots[current] != nil { return current }
            guard let parent = CanonicalPath.parent(current) else { return nil }
            current = parent
        }
    }

    /// The rules for what a folder holds: those of the folder above, and its own file's.
    ///
    /// The same object as before if nothing changed, so that an unchanged subtree is known by it.
    func scope(of path: String, root: String?, ignoreFile: [UInt8]?, earlier: Directory?) -> IgnoreScope? {
        guard let root else { return nil }
        let parent = path == root ? nil : CanonicalPath.parent(path).flatMap { directories[$0]?.scope }
        guard readsGitignore, let ignoreFile else { return parent }
        if let scope = earlier?.scope, earlier?.ignoreFile == ignoreFile, scope.parent === parent {
            return scope
        }
        return IgnoreScope(
            parent: parent, depth: CanonicalPath.depth(path, below: root),
            patterns: IgnorePattern.parse(file: ignoreFile))
    }
}
