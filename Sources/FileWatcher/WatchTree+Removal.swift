extension WatchTree {
    mutating func unwatch(_ watch: Int32) {
        pathByWatch.removeValue(forKey: watch)
        closingWatches.insert(watch)
        push(.unwatch(watch))
    }

    /// Forgets a folder and all beneath it.
    mutating func removeSubtree(_ path: String, reports: Bool) {
        var stack = [path]
        while let current = stack.popLast() {
            guard let directory = directories.removeValue(forKey: current) else { continue }
            if case .inotify(let watch) = directory.coverage, pathByWatch[watch] == current { unwatch(watch) }
            polled.remove(current)
            push(.uncovered(path: current))
            // Ignored from now on, moved, replaced or gone: the visit tells.
            if pins[current] != nil { push(.visit(Visit(path: current, root: nil, purpose: .appeared))) }
            for (name, entry) in directory.entries {
                let child = CanonicalPath.join(current, name)
                if reports {
                    push(note(current, name, .removed, wasKnown: true, isDirectory: entry.isDirectory))
                }
                switch entry.kind {
                case .file: break
                case .directory: if roots[child] == nil { stack.append(child) }
                case .directoryLink: unfollow(child)
                }
            }
        }
        strayFoldersGone(within: path)
    }

    /// Roots and folders of pinned files have watches of their own beneath folders that are ignored; these do not
    /// tell when a folder above is moved.
    mutating func strayFoldersGone(within path: String) {
        for (root, state) in roots where state.isPresent && CanonicalPath.isWithin(root, path) {
            push(.identify(root))
        }
        guard !pins.isEmpty else { return }
        for (folder, _) in pins where CanonicalPath.isWithin(folder, path) && directories[folder] != nil {
            push(.identify(folder))
        }
    }

    /// The folder is no longer at its path.
    mutating func directoryGone(_ path: String) {
        if roots[path]?.isPresent == true { return rootGone(path) }
        guard let directory = directories[path] else { return }
        removeSubtree(path, reports: true)
        if directory.root != nil, let (parent, name) = CanonicalPath.split(path),
            directories[parent]?.entries.removeValue(forKey: name) != nil
        {
            push(note(parent, name, .removed, wasKnown: true, isDirectory: true))
        }
    }

    mutating func rootGone(_ path: String) {
        guard roots[path]?.isPresent == true else { return }
        roots[path]?.isPresent = false
        removeSubtree(path, reports: false)
        push(.discard(within: path))
        rescanReasons.append("the folder \(path) vanished")
        // It may have been replaced, not removed.
        push(.visit(Visit(path: path, root: path, purpose: .initial)))
    }

    /// Takes in which folder is now at a path; nil if none is.
    mutating func identified(_ path: String, _ identity: FileIdentity?) {
        if directories[path]?.identity != identity { directoryGone(path) }
    }
}
