/// One line of a `.gitignore` file, ready to match.
struct IgnorePattern: Sendable, Hashable {
    enum Component: Sendable, Hashable {
        case segment(GlobSegment)
        /// `**` between slashes: any number of folders, also none.
        case anyDepth
    }

    enum Shape: Sendable, Hashable {
        /// No slash, no wildcard: the last component is exactly this.
        case name([UInt8])
        /// `*` and a literal: the last component ends so.
        case suffix([UInt8])
        /// No slash: the last component matches.
        case base(GlobSegment)
        /// With a slash: the whole path from the file's folder on matches.
        case path([Component])
    }

    /// `!`: what matches is not ignored after all.
    var isNegated: Bool
    /// Trailing `/`: only folders match.
    var matchesDirectoriesOnly: Bool
    var shape: Shape

    /// Whether the subject, seen from the folder `depth` components below the root, matches.
    func matches(_ subject: IgnoreSubject, depth: Int) -> Bool {
        if matchesDirectoriesOnly && !subject.isDirectory { return false }
        guard let last = subject.components.last, subject.components.count > depth else { return false }
        switch shape {
        case .name(let name):
            return last.count == name.count && subject.bytes[last].elementsEqual(name)
        case .suffix(let suffix):
            return last.count >= suffix.count
                && subject.bytes[last].suffix(suffix.count).elementsEqual(suffix)
        case .base(let segment):
            return segment.matches(subject.bytes, last)
        case .path(let components):
            return Self.matches(components, subject, depth)
        }
    }

    /// Component by component, with one backtrack point (the last `**` seen).
    private static func matches(_ pattern: [Component], _ subject: IgnoreSubject, _ depth: Int) -> Bool {
        var position = depth
        var index = 0
        var resumeIndex = -1
        var resumePosition = depth
        while position < subject.components.count {
            if index < pattern.count {
                switch pattern[index] {
                case .anyDepth:
                    index += 1
                    // A trailing `**` stands for at least one component.
                    if index == pattern.count { return true }
                    resumeIndex = index
                    resumePosition = position
                    continue
                case .segment(let segment):
                    if segment.matches(subject.bytes, subject.components[position]) {
                        index += 1
                        position += 1
                        continue
                    }
                }
            }
            guard resumeIndex >= 0 else { return false }
            resumePosition += 1
            position = resumePosition
            index = resumeIndex
        }
        return index == pattern.count
    }
}

/// A path as the ignore rules see it: relative to a root, split into components.
struct IgnoreSubject {
    let bytes: [UInt8]
    let components: [Range<Int>]
    let isDirectory: Bool

    init(relativePath: some Sequence<UInt8>, isDirectory: Bool) {
        let bytes = Array(relativePath)
        var components: [Range<Int>] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "/") {
            if index > start { components.append(start..<index) }
            start = index + 1
        }
        if start < bytes.count { components.append(start..<bytes.count) }
        self.bytes = bytes
        self.components = components
        self.isDirectory = isDirectory
    }
}
