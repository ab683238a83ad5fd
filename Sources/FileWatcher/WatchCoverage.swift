/// Which files' changes are noticed at once, for readers on any thread.
struct WatchCoverage {
    /// Folders with an inotify watch, and whether all files in them count (else the pinned ones).
    private var directories: [String: Bool] = [:]
    private var pinned: [String: Set<String>] = [:]
    /// Pinned files in watched folders: what readers ask about most, so one look-up tells.
    private var prompt: Set<String> = []

    enum Answer { case watched, unwatched, unlessIgnored }

    func answer(_ path: String) -> Answer {
        if prompt.contains(path) { return .watched }
        guard let parent = CanonicalPath.parent(path), directories[parent] == true else { return .unwatched }
        return .unlessIgnored
    }

    func isPinned(_ directory: String, _ name: String) -> Bool {
        pinned[directory]?.contains(name) ?? false
    }

    mutating func pin(_ directory: String, _ name: String) {
        pinned[directory, default: []].insert(name)
        if directories[directory] != nil { prompt.insert(CanonicalPath.join(directory, name)) }
    }

    mutating func cover(_ directory: String, wholly: Bool) {
        directories[directory] = wholly
        for name in pinned[directory] ?? [] { prompt.insert(CanonicalPath.join(directory, name)) }
    }

    mutating func uncover(_ directory: String) {
        guard directories.removeValue(forKey: directory) != nil else { return }
        for name in pinned[directory] ?? [] { prompt.remove(CanonicalPath.join(directory, name)) }
    }

    mutating func clear() {
        directories.removeAll()
        prompt.removeAll()
    }
}
