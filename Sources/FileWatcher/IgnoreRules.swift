/// The `.gitignore` files that apply in one folder: its own, then those of the folders above it up to the root.
///
/// Immutable and shared by all folders that have no file of their own.
final class IgnoreScope: Sendable {
    let parent: IgnoreScope?
    /// Components between the root and the folder that holds the file.
    let depth: Int
    let patterns: [IgnorePattern]

    init(parent: IgnoreScope?, depth: Int, patterns: [IgnorePattern]) {
        self.parent = parent
        self.depth = depth
        self.patterns = patterns
    }

    /// The verdict of the deepest file that has one, or nil.
    func verdict(_ subject: IgnoreSubject) -> Bool? {
        var scope: IgnoreScope? = self
        while let current = scope {
            if let pattern = current.patterns.last(where: { $0.matches(subject, depth: current.depth) }) {
                return !pattern.isNegated
            }
            scope = current.parent
        }
        return nil
    }
}

/// All rules in their order: the user's globs win over the defaults, these over `.gitignore` files.
///
/// The defaults win over `.gitignore` because a whitelist (`*`, `!*/`, `!*.js`) would otherwise bring `.git` and
/// `node_modules` back.
struct IgnoreRules: Sendable {
    private let globs: [IgnorePattern]
    private let defaults: [IgnorePattern]

    init(globs: [String], defaults: [String] = DefaultIgnores.patterns) {
        self.globs = globs.compactMap { IgnorePattern($0) }
        self.defaults = defaults.compactMap { IgnorePattern($0) }
    }

    /// Whether the subject itself is ignored; the folders above it are the caller's business.
    func ignores(_ subject: IgnoreSubject, scope: IgnoreScope?) -> Bool {
        for patterns in [globs, defaults] {
            if let pattern = patterns.last(where: { $0.matches(subject, depth: 0) }) {
                return !pattern.isNegated
            }
        }
        return scope?.verdict(subject) ?? false
    }
}
