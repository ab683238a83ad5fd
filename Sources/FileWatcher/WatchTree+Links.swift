extension WatchTree {
    /// Watches the folder a symbolic link leads to, unless that is done already or would never end.
    mutating func follow(_ link: String, to target: String, purpose: Purpose) {
        if links[link] == target, roots[target] != nil || directories[target]?.root != nil { return }
        // A folder above a root or above the link itself: a loop.
        if CanonicalPath.isWithin(link, target) { return }
        if roots.contains(where: { !$0.value.isLinked && CanonicalPath.isWithin($0.key, target) }) { return }
        links[link] = target
        if roots[target] != nil || directories[target]?.root != nil { return }
        if roots.lazy.filter(\.value.isLinked).count >= limits.linkedFolders {
            push(.warn(.tooManyDirectories(path: target)))
            return
        }
        roots[target] = Root(isLinked: true, isPresent: true)
        push(.visit(Visit(path: target, root: target, purpose: purpose)))
    }

    /// A symbolic link is gone or leads elsewhere now.
    mutating func unfollow(_ link: String) {
        guard let target = links.removeValue(forKey: link) else { return }
        guard roots[target]?.isLinked == true, !links.values.contains(target) else { return }
        roots.removeValue(forKey: target)
        removeSubtree(target, reports: false)
    }
}
