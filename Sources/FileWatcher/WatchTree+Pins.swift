extension WatchTree {
    /// Reports changes of this file from now on, whatever the rules say and wherever it is.
    mutating func pin(_ path: String) {
        guard let (directory, name) = CanonicalPath.split(path), !isPinned(directory, name) else { return }
        guard pinCount < limits.pinnedFiles else { return push(.warn(.tooManyPins)) }
        pinCount += 1
        pins[directory, default: []].insert(name)
        guard let node = directories[directory] else {
            if !vanishedPinFolders.contains(directory) {
                push(.visit(Visit(path: directory, root: nil, purpose: .initial)))
            }
            return
        }
        if case .polled = node.coverage {
            // Polling needs to know how the file looks now.
            push(.visit(Visit(path: directory, root: node.root, purpose: .initial)))
        } else {
            _ = remember(name, in: directory)
        }
    }
}
