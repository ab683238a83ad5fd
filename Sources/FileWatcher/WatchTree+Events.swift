extension WatchTree {
    /// Takes in one event of the kernel's queue.
    mutating func handle(_ event: InotifyEvent) {
        if event.mask.contains(.queueOverflowed) {
            recrawl(reason: "the kernel's event queue overflowed")
            return
        }
        guard let path = pathByWatch[event.watch] else {
            if event.mask.contains(.watchRemoved) {
                ended(event.watch)
            } else if !closingWatches.contains(event.watch), !endedWatches.contains(event.watch) {
                recrawl(reason: "an event came for an unknown watch")
            }
            return
        }
        if event.name.isEmpty {
            handleSelf(event, path)
        } else if event.mask.contains(.isDirectory) {
            handleDirectory(event, in: path)
        } else {
            handleFile(event, in: path)
        }
    }

    /// The kernel has said that nothing more comes from a watch.
    private mutating func ended(_ watch: Int32) {
        closingWatches.remove(watch)
        endedWatches.append(watch)
        if endedWatches.count > limits.endedWatches { endedWatches.removeFirst() }
    }

    /// Looks at everything again and has the owner compare by hash.
    mutating func recrawl(reason: String) {
        if rescanReasons.contains(reason) { return }
        push(.discard(within: nil))
        for root in roots.keys.sorted() {
            push(.visit(Visit(path: root, root: root, purpose: .recrawl)))
        }
        for (path, directory) in directories where directory.root == nil {
            push(.visit(Visit(path: path, root: nil, purpose: .recrawl)))
        }
        rescanReasons.append(reason)
    }

    private mutating func handleSelf(_ event: InotifyEvent, _ path: String) {
        if event.mask.contains(.watchRemoved) {
            // The kernel removed the watch itself.
            pathByWatch.removeValue(forKey: event.watch)
            ended(event.watch)
            directoryGone(path)
        } else if !event.mask.isDisjoint(with: [.selfDeleted, .unmounted]) {
            directoryGone(path)
        } else if event.mask.contains(.selfMoved), directories[path]?.root == nil || roots[path] != nil {
            // Of all other folders the parent tells.
            directoryGone(path)
        }
    }

    private mutating func handleDirectory(_ event: InotifyEvent, in parent: String) {
        let path = CanonicalPath.join(parent, event.name)
        let leaves = !event.mask.isDisjoint(with: [.deleted, .movedFrom])
        guard let root = directories[parent]?.root, !ignores(parent, event.name, isDirectory: true) else {
            if leaves { strayFoldersGone(within: path) }
            return
        }
        if leaves {
            let wasKnown = directories[parent]?.entries.removeValue(forKey: event.name) != nil
            removeSubtree(path, reports: true)
            if wasKnown {
                push(note(parent, event.name, .removed, wasKnown: true, isDirectory: true))
            }
        } else if !event.mask.isDisjoint(with: [.created, .movedTo]) {
            if directories[parent]?.entries.updateValue(Entry(kind: .directory), forKey: event.name) == nil {
                push(note(parent, event.name, .found, wasKnown: false, isDirectory: true))
            }
            // A root in a root follows its own rules.
            let isRoot = roots[path] != nil
            push(
                .visit(
                    Visit(path: path, root: isRoot ? path : root, purpose: isRoot ? .initial : .appeared)))
        } else if event.mask.contains(.attributes), directories[path]?.coverage == .unreadable {
            push(.visit(Visit(path: path, root: root, purpose: .appeared)))
        }
    }

    private mutating func handleFile(_ event: InotifyEvent, in directory: String) {
        let name = event.name
        if readsGitignore, name == ".gitignore", let root = directories[directory]?.root,
            !event.mask.isDisjoint(with: [.closedAfterWrite, .movedTo, .movedFrom, .deleted])
        {
            push(.visit(Visit(path: directory, root: root, purpose: .recheck)))
        }
        guard reports(directory, name, isDirectory: false) else { return }
        if event.mask.contains(.closedAfterWrite) {
            push(note(directory, name, .complete, wasKnown: remember(name, in: directory)))
        } else if event.mask.contains(.modified) {
            push(note(directory, name, .writing, wasKnown: remember(name, in: directory)))
        } else if !event.mask.isDisjoint(with: [.created, .movedTo]) {
            let isWhole = event.mask.contains(.movedTo)
            push(.inspect(Inspection(directory: directory, name: name, isWhole: isWhole)))
        } else if !event.mask.isDisjoint(with: [.deleted, .movedFrom]) {
            let entry = directories[directory]?.entries.removeValue(forKey: name)
            if case .directoryLink = entry?.kind { unfollow(CanonicalPath.join(directory, name)) }
            push(
                note(
                    directory, name, .removed, wasKnown: entry != nil,
                    isDirectory: entry?.isDirectory ?? false))
        }
    }

    /// Enters a file into its folder's list; says whether it was there.
    mutating func remember(_ name: String, in directory: String) -> Bool {
        if directories[directory]?.entries[name] != nil { return true }
        directories[directory]?.entries[name] = Entry(kind: .file)
        return false
    }

    /// Takes in what a new name turned out to be; nil if it is gone again or neither file nor folder.
    mutating func inspected(_ inspection: Inspection, _ found: DirectoryListing.Item?) {
        let (directory, name) = (inspection.directory, inspection.name)
        guard let found, directories[directory] != nil else { return }
        let path = CanonicalPath.join(directory, name)
        let earlier = directories[directory]?.entries[name]
        switch found.kind {
        case .directory:
            // Replaced since; its own event follows.
            return
        case .file:
            if case .directoryLink = earlier?.kind { unfollow(path) }
            directories[directory]?.entries[name] = Entry(kind: .file, stamp: found.stamp)
            let isWhole = inspection.isWhole || found.isLinked
            push(note(directory, name, isWhole ? .complete : .writing, wasKnown: earlier != nil))
        case .directoryLink(let target):
            guard reports(directory, name, isDirectory: true) else { return }
            directories[directory]?.entries[name] = Entry(kind: .directoryLink(target))
            if earlier?.kind != .directoryLink(target) {
                unfollow(path)
                newLinks.append((path, target, .appeared))
            }
            push(note(directory, name, .complete, wasKnown: earlier != nil, isDirectory: true))
        }
    }
}
