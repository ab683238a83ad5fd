/// Every limit and interval of the watcher, in one place.
package struct FileWatcherLimits: Sendable {
    /// After a report, further changes are merged for this long; also how long a new file may still turn out to
    /// be an editor's temporary before it is reported.
    package var coalescing: Duration = .milliseconds(20)
    /// A file that is written and not closed is reported after this long without a write.
    package var writeQuiet: Duration = .milliseconds(50)
    /// A file that is written all the time is reported at least this often.
    package var longestHold: Duration = .milliseconds(500)
    /// A file that vanishes is reported after this long, unless it comes back: editors save by rename.
    package var removalGrace: Duration = .milliseconds(50)
    /// More changes than this at once are reported as one rescan.
    package var pendingChanges = 50_000

    /// How often folders without an inotify watch are compared with what they held before.
    package var pollInterval: Duration = .milliseconds(500)
    /// A sweep may take at most one part in this many of the time; slower sweeps are made less often.
    package var pollIdleFactor = 10
    /// Folders beyond this many are not polled.
    package var polledDirectories = 10_000
    /// How often a vanished root is looked for.
    package var vanishedRootInterval: Duration = .milliseconds(50)
    /// How often roots and pinned folders are checked to be still the ones that are watched.
    package var identityInterval: Duration = .seconds(2)
    /// Files modified this close to a look may change again without a change of their time stamp.
    package var timestampGranularity: Duration = .milliseconds(20)

    /// Folders beyond this many are not watched.
    package var directories = 200_000
    /// Watches that have ended and are remembered, since late events of theirs say nothing.
    package var endedWatches = 256
    /// Files that can be pinned by ``FileWatcher/watchFile(_:)``.
    package var pinnedFiles = 100_000
    /// Folders outside the roots that are watched because a symbolic link leads there.
    package var linkedFolders = 1_000
    /// Bytes of a `.gitignore` that are read.
    package var ignoreFileBytes = 1 << 20
    /// Bytes read from the kernel's queue at once.
    package var readBufferBytes = 64 << 10
    /// Reads from the kernel's queue before what they brought is acted upon.
    package var readsPerRound = 16

    /// The values the program runs with.
    package static let `default` = FileWatcherLimits()

    /// Creates the default limits; change single ones afterwards.
    package init() {}
}
