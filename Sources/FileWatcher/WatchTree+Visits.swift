extension WatchTree {
    /// Takes in what a look at a folder brought.
    mutating func visited(_ visit: Visit, _ listing: DirectoryListing) {
        switch listing {
        case .gone:
            visitedNothing(visit)
        case .contents(let contents):
            if case .inotify(let watch) = contents.coverage, let other = pathByWatch[watch],
                other != visit.path
            {
                push(.resolveAlias(visit, contents, of: other))
            } else {
                visited(visit, contents)
            }
        }
    }

    /// Takes in whether a folder that was found at a second path still is at the first.
    mutating func resolvedAlias(
        _ visit: Visit, _ contents: DirectoryListing.Contents, of other: String, isThere: Bool
    ) {
        var contents = contents
        if isThere {
            contents.coverage = .polled(.alias)
        } else if let node = directories[other], node.coverage == contents.coverage {
            movedAway(other)
        }
        visited(visit, contents)
    }

    /// Forgets a folder that was found elsewhere before the events came that tell so.
    private mutating func movedAway(_ path: String) {
        if case .inotify(let watch) = directories[path]?.coverage {
            // It lives on at the other path.
            pathByWatch.removeValue(forKey: watch)
        }
        if let (parent, name) = CanonicalPath.split(path),
            directories[parent]?.entries.removeValue(forKey: name) != nil
        {
            push(note(parent, name, .removed, wasKnown: true, isDirectory: true))
        }
        removeSubtree(path, reports: true)
    }

    private mutating func visitedNothing(_ visit: Visit) {
        if directories[visit.path] != nil {
            directoryGone(visit.path)
        } else if roots[visit.path]?.isPresent == true {
            rootGone(visit.path)
        } else if pins[visit.path] != nil {
            vanishedPinFolders.insert(visit.path)
        }
    }

    private mutating func visited(_ visit: Visit, _ contents: DirectoryListing.Contents) {
        let path = visit.path
        guard isWanted(visit) else {
            if case .inotify(let watch) = contents.coverage, pathByWatch[watch] == nil { unwatch(watch) }
            return
        }
        adoptWatch(of: contents, at: path)

        let earlier = directories[path]
        var directory =
            earlier ?? Directory(root: visit.root, coverage: contents.coverage, identity: contents.identity)
        directory.root = visit.root ?? earlier?.root
        directory.coverage = contents.coverage
        directory.identity = contents.identity
        directory.scope = scope(
            of: path, root: directory.root, ignoreFile: contents.ignoreFile, earlier: earlier)
        directory.ignoreFile = contents.ignoreFile
        directories[path] = directory
        vanishedPinFolders.remove(path)
        updateCoverage(path, contents.coverage, isNew: earlier == nil)

        let sameRules =
            earlier != nil && earlier?.root == directory.root && earlier?.scope === directory.scope
        if let items = contents.items, visit.purpose != .recheck || !sameRules {
            // Of a folder that was only known for pinned files nothing else has been told, not even that these came.
            let isFirstWhole = earlier != nil && earlier?.root == nil && directory.root != nil
            merge(items, into: visit, wasKnown: earlier != nil, isFirstWhole: isFirstWhole)
        }
        if roots[path]?.isPresent == false {
            roots[path]?.isPresent = true
            rescanReasons.append("the folder \(path) is there again")
        }
    }

    /// Whether a folder that was asked for some time ago is still to be watched.
    private mutating func isWanted(_ visit: Visit) -> Bool {
        guard let root = visit.root else { return pins[visit.path] != nil }
        guard roots[root] != nil else { return false }
        if visit.path == root || directories[visit.path] != nil { return true }
        guard let (parent, name) = CanonicalPath.split(visit.path),
            directories[parent]?.entries[name]?.kind == .directory
        else { return false }
        if directories.count >= limits.directories {
            push(.warn(.tooManyDirectories(path: visit.path)))
            return false
        }
        return true
    }

    /// Enters the watch, and settles what it was known for until now.
    private mutating func adoptWatch(of contents: DirectoryListing.Contents, at path: String) {
        if let earlier = directories[path], earlier.identity != contents.identity {
            // Another folder under the same name: what was known of the old one is void, but not its files' names,
            // by which they are told from new ones.
            for (name, entry) in earlier.entries where entry.kind == .directory {
                removeSubtree(CanonicalPath.join(path, name), reports: true)
                directories[path]?.entries.removeValue(forKey: name)
            }
        }
        if case .inotify(let old) = directories[path]?.coverage, contents.coverage != .inotify(old) {
            unwatch(old)
        }
        guard case .inotify(let watch) = contents.coverage else { return }
        closingWatches.remove(watch)
        pathByWatch[watch] = path
    }

    private mutating func updateCoverage(_ path: String, _ coverage: Coverage, isNew: Bool) {
        switch coverage {
        case .inotify:
            polled.remove(path)
            push(.covered(path: path, wholly: directories[path]?.root != nil))
        case .polled(let reason):
            push(.uncovered(path: path))
            if polled.count >= limits.polledDirectories, !polled.contains(path) {
                push(.warn(.tooManyPolled(path: path)))
                return
            }
            polled.insert(path)
            guard isNew else { return }
            switch reason {
            case .watchLimit: push(.warn(.watchLimit(path: path)))
            case .remoteFileSystem: push(.warn(.remoteFileSystem(path: path)))
            case .alias: break
            }
        case .unreadable:
            polled.remove(path)
            push(.uncovered(path: path))
            if isNew { push(.warn(.unreadable(path: path))) }
        }
    }

    /// Compares a listing with what was known, reports what the visit is for, and goes on to the folders in it.
    private mutating func merge(
        _ items: [DirectoryListing.Item], into visit: Visit, wasKnown: Bool, isFirstWhole: Bool
    ) {
        let path = visit.path
        let reportsNew = visit.purpose == .appeared || (visit.purpose == .sweep && wasKnown)
        let reportsLost = visit.purpose != .recrawl && visit.purpose != .initial
        let goesDeep = visit.purpose == .recheck || visit.purpose == .recrawl
        let known = directories[path]?.entries ?? [:]
        var entries: [String: Entry] = [:]
        var present: Set<String> = []

        for item in items {
            present.insert(item.name)
            let isDirectory = item.kind != .file
            guard admits(path, item.name, isDirectory: isDirectory) else { continue }
            entries[item.name] = Entry(kind: item.kind, stamp: item.stamp)
            let before = known[item.name]
            if let before, before.kind != item.kind {
                lose(item.name, before, in: path, reports: reportsLost)
            }
            let isNew = before?.kind != item.kind
            if isNew || isFirstWhole, reportsNew {
                let wasKnown = before != nil && !isFirstWhole
                push(note(path, item.name, .found, wasKnown: wasKnown, isDirectory: isDirectory))
            } else if let stamp = item.stamp, let old = before?.stamp, item.kind == .file,
                visit.purpose != .recrawl, stamp.mayDiffer(from: old)
            {
                push(note(path, item.name, .complete, wasKnown: true))
            }
            guard let root = directories[path]?.root else { continue }
            switch item.kind {
            case .file:
                break
            case .directory:
                let child = CanonicalPath.join(path, item.name)
                if roots[child] == nil, isNew || goesDeep || directories[child] == nil {
                    push(.visit(Visit(path: child, root: root, purpose: childPurpose(visit, isNew: isNew))))
                }
            case .directoryLink(let target):
                if isNew || goesDeep {
                    let purpose = childPurpose(visit, isNew: isNew)
                    newLinks.append((CanonicalPath.join(path, item.name), target, purpose))
                }
            }
        }
        for (name, entry) in known where entries[name] == nil {
            // Still there, but ignored from now on: nothing to tell.
            lose(name, entry, in: path, reports: reportsLost && !present.contains(name))
        }
        directories[path]?.entries = entries
    }

    private func childPurpose(_ visit: Visit, isNew: Bool) -> Purpose {
        visit.purpose == .sweep && isNew ? .appeared : visit.purpose
    }

    private mutating func lose(_ name: String, _ entry: Entry, in directory: String, reports: Bool) {
        let path = CanonicalPath.join(directory, name)
        switch entry.kind {
        case .file: break
        case .directory: removeSubtree(path, reports: reports)
        case .directoryLink: unfollow(path)
        }
        if reports {
            push(note(directory, name, .removed, wasKnown: true, isDirectory: entry.isDirectory))
        }
    }
}
