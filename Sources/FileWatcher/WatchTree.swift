/// Which folders are watched and what they hold: the kernel's events and listings in, actions out.
///
/// Pure: it makes no system call. Whoever runs it takes actions from ``nextAction()`` until there are none, carries
/// them out and tells the outcome.
struct WatchTree {
    typealias Instant = MonotonicInstant

    /// What a folder's changes are noticed by.
    enum Coverage: Sendable, Hashable {
        case inotify(Int32)
        case polled(PollReason)
        /// Neither: it may not be read.
        case unreadable
    }

    enum PollReason: Sendable, Hashable {
        /// The kernel gives no further watch; tried again at every sweep.
        case watchLimit
        /// Changes made by others raise no event.
        case remoteFileSystem
        /// The same folder is watched under another path already (a bind mount), and a watch knows but one.
        case alias
    }

    enum EntryKind: Sendable, Hashable {
        case file
        case directory
        /// A symbolic link to a folder, and that folder's canonical path.
        case directoryLink(String)
    }

    struct Entry: Sendable, Hashable {
        var kind: EntryKind
        /// Only of files in polled folders.
        var stamp: FileStamp?
        var isDirectory: Bool { kind != .file }
    }

    struct Directory {
        /// The root whose rules apply; nil if only the pinned files in it matter.
        var root: String?
        var coverage: Coverage
        var identity: FileIdentity
        var entries: [String: Entry] = [:]
        /// The `.gitignore` files that apply to what it holds.
        var scope: IgnoreScope?
        /// Its own `.gitignore`, to see whether that changed.
        var ignoreFile: [UInt8]?
    }

    struct Root {
        /// A symbolic link leads here; not one of the configured ones.
        var isLinked: Bool
        var isPresent: Bool
    }

    enum Purpose: Sendable, Hashable {
        /// The first look: everything is as it has always been.
        case initial
        /// The folder is new: report what it holds.
        case appeared
        /// A `.gitignore` changed: apply the rules anew, all the way down.
        case recheck
        /// Events were lost: look at everything, report nothing, the owner rescans.
        case recrawl
        /// Compare with the last listing.
        case sweep
    }

    struct Visit: Sendable, Hashable {
        var path: String
        var root: String?
        var purpose: Purpose
    }

    enum Warning: Sendable, Hashable {
        case watchLimit(path: String)
        case remoteFileSystem(path: String)
        case tooManyDirectories(path: String)
        case tooManyPolled(path: String)
        case tooManyPins
        case unreadable(path: String)
    }

    enum Action: Sendable, Hashable {
        /// Watch a folder, then list it; answer with ``WatchTree/visited(_:_:)``.
        case visit(Visit)
        case unwatch(Int32)
        /// See what a new name is; answer with ``WatchTree/inspected(_:_:)``.
        case inspect(Inspection)
        /// The kernel has this watch under another path: see whether that still is the folder; answer with
        /// ``WatchTree/resolvedAlias(_:_:of:isThere:)``.
        case resolveAlias(Visit, DirectoryListing.Contents, of: String)
        /// See whether the folder is still the one; answer with ``WatchTree/identified(_:_:)``.
        case identify(String)
        case note(
            path: String, signal: ChangeCoalescer.Signal, wasKnown: Bool, isPrompt: Bool, isDirectory: Bool)
        case discard(within: String?)
        case rescan(String)
        case covered(path: String, wholly: Bool)
        case uncovered(path: String)
        case warn(Warning)
    }

    struct Inspection: Sendable, Hashable {
        var directory: String
        var name: String
        /// Renamed or linked to here rather than created, so that no close will follow.
        var isWhole: Bool
    }

    let limits: FileWatcherLimits
    let intervals: WatchIntervals
    let rules: IgnoreRules
    let readsGitignore: Bool

    var roots: [String: Root] = [:]
    var directories: [String: Directory] = [:]
    var pathByWatch: [Int32: String] = [:]
    /// Removed watches whose last event has not been read yet.
    var closingWatches: Set<Int32> = []
    /// Those whose last event was read last: an event that another processor was about to queue may still come behind it.
    var endedWatches: [Int32] = []

    /// Files to report whatever the rules say, by folder.
    var pins: [String: Set<String>] = [:]
    var pinCount = 0
    /// Folders with pinned files that are not there now.
    var vanishedPinFolders: Set<String> = []
    /// Polled folders.
    var polled: Set<String> = []

    /// Symbolic links to folders, by the link's path.
    var links: [String: String] = [:]
    var newLinks: [(path: String, target: String, purpose: Purpose)] = []
    var rescanReasons: [String] = []

    var timers = Timers()
    private var actions: [Action] = []
    private var firstAction = 0

    init(roots: [String], rules: IgnoreRules, readsGitignore: Bool, limits: FileWatcherLimits) {
        self.limits = limits
        intervals = WatchIntervals(limits)
        self.rules = rules
        self.readsGitignore = readsGitignore
        for root in roots { self.roots[root] = Root(isLinked: false, isPresent: true) }
    }

    /// Begins: asks for the first look at every root.
    mutating func start() {
        for root in roots.keys.sorted() {
            push(.visit(Visit(path: root, root: root, purpose: .initial)))
        }
    }

    // MARK: Actions

    mutating func push(_ action: Action) {
        actions.append(action)
    }

    /// The next thing to do, or nil when everything is settled.
    mutating func nextAction() -> Action? {
        while true {
            if firstAction == actions.count { settle() }
            guard firstAction < actions.count else {
                actions.removeAll(keepingCapacity: true)
                firstAction = 0
                return nil
            }
            let action = actions[firstAction]
            firstAction += 1
            // The folder has been found again meanwhile, under another path: the kernel gave the same watch.
            if case .unwatch(let watch) = action, pathByWatch[watch] != nil { continue }
            return action
        }
    }

    /// What has to wait until all folders in sight have been visited.
    private mutating func settle() {
        let found = newLinks
        newLinks.removeAll()
        for link in found { follow(link.path, to: link.target, purpose: link.purpose) }
        guard firstAction == actions.count else { return }
        for reason in rescanReasons { push(.rescan(reason)) }
        rescanReasons.removeAll()
    }

    func note(
        _ directory: String, _ name: String, _ signal: ChangeCoalescer.Signal, wasKnown: Bool,
        isDirectory: Bool = false
    ) -> Action {
        .note(
            path: CanonicalPath.join(directory, name), signal: signal, wasKnown: wasKnown,
            isPrompt: isPinned(directory, name), isDirectory: isDirectory)
    }

    func isPinned(_ directory: String, _ name: String) -> Bool {
        pins.isEmpty ? false : pins[directory]?.contains(name) ?? false
    }
}
