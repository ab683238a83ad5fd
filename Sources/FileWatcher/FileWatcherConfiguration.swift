extension FileWatcher {
    /// What to watch and what to leave out.
    package struct Configuration: Sendable {
        /// Folders to watch with everything beneath them, even where an ignore rule names the folder itself.
        package var roots: [String]
        /// Further patterns in `.gitignore` syntax, relative to each root; they win over all other rules, so that
        /// `!.cache` watches what is ignored by default.
        package var ignoreGlobs: [String]
        /// Whether `.gitignore` files in the roots and beneath them are obeyed (those above a root are not).
        package var readsGitignore: Bool
        /// Limits and intervals.
        package var limits: FileWatcherLimits

        /// Creates a configuration.
        ///
        /// - Parameters:
        ///   - roots: Folders to watch; need not be canonical.
        ///   - ignoreGlobs: Further patterns in `.gitignore` syntax.
        ///   - readsGitignore: Whether `.gitignore` files are obeyed.
        ///   - coalescing: How long changes are merged after a report; 10 to 50 ms make sense.
        ///   - pollInterval: How often folders that cannot be watched are looked at.
        ///   - limits: All other limits.
        package init(
            roots: [String],
            ignoreGlobs: [String] = [],
            readsGitignore: Bool = true,
            coalescing: Duration? = nil,
            pollInterval: Duration? = nil,
            limits: FileWatcherLimits = .default
        ) {
            self.roots = roots
            self.ignoreGlobs = ignoreGlobs
            self.readsGitignore = readsGitignore
            self.limits = limits
            if let coalescing { self.limits.coalescing = coalescing }
            if let pollInterval { self.limits.pollInterval = pollInterval }
        }
    }
}
