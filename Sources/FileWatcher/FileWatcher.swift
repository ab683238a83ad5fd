import Logging

/// Tells of changes in folders and everything beneath them, by inotify(7) on a thread of its own.
///
/// The first change after quiet is told at once, further ones are merged for 20 ms. What is ignored (defaults,
/// `.gitignore` files, globs) is neither watched nor told, except files named by ``watchFile(_:)``. Folders that
/// inotify cannot watch are polled.
///
/// ```swift
/// let watcher = FileWatcher(configuration: .init(roots: ["."]), logger: logger) { event in
///     switch event {
///     case .changes(let changes): changes.forEach { print($0.kind, $0.path) }
///     case .rescan(let reason): print("compare everything:", reason)
///     }
/// }
/// try watcher.start()
/// defer { watcher.stop() }
/// ```
package final class FileWatcher: Sendable {
    private enum State {
        case idle
        case running(WatchThread)
        case stopped
    }

    private let engine: WatchEngine
    private let roots: [String]
    private let state = Locked(State.idle)

    /// Creates a watcher, which does nothing before ``start()``.
    ///
    /// - Parameters:
    ///   - configuration: What to watch.
    ///   - logger: Told once about each limit that is met.
    ///   - onEvent: Called on the watcher's thread, one event after the other. While it runs, changes queue up in
    ///     the kernel; hand long work on.
    package convenience init(
        configuration: Configuration, logger: Logger, onEvent: @escaping @Sendable (FileWatchEvent) -> Void
    ) {
        self.init(configuration: configuration, logger: logger, calls: .live, onEvent: onEvent)
    }

    init(
        configuration: Configuration, logger: Logger, calls: SystemCalls,
        onEvent: @escaping @Sendable (FileWatchEvent) -> Void
    ) {
        let limits = configuration.limits
        roots = configuration.roots
        let canonical = roots.map { CanonicalPath.resolve($0) ?? $0 }
        let tree = WatchTree(
            roots: canonical, rules: IgnoreRules(globs: configuration.ignoreGlobs),
            readsGitignore: configuration.readsGitignore, limits: limits)
        let reader = DirectoryReader(
            calls: calls, limits: limits, readsGitignore: configuration.readsGitignore)
        let core = WatchCore(
            tree: tree, reader: reader, warnings: WatchWarnings(logger: logger, limits: limits))
        engine = WatchEngine(core: core, calls: calls, limits: limits, onEvent: onEvent)
    }

    deinit {
        stop()
    }

    /// Starts watching; every change made after this returned is told.
    ///
    /// Walks all folders on the caller's thread (some 35 µs for each with ten files).
    ///
    /// - Throws: ``FileWatcherError`` if a root is missing, the operating system gives no thread or pipe, or the
    ///   watcher was started before. That inotify is exhausted is no error: the folders are polled then.
    package func start() throws(FileWatcherError) {
        for root in roots where CanonicalPath.resolve(root).flatMap(FileIdentity.ofDirectory) == nil {
            throw FileWatcherError(
                code: .rootMissing, message: "cannot watch \(root): it is not there or is no folder",
                errno: nil)
        }
        let failure: FileWatcherError? = state.withLock { state in
            guard case .idle = state else {
                return FileWatcherError(
                    code: .alreadyStarted, message: "a file watcher can be started only once", errno: nil)
            }
            guard let pipe = WakeupPipe() else {
                return FileWatcherError(
                    code: .systemResources, message: "cannot open a pipe: too many open files", errno: nil)
            }
            let engine = engine
            engine.prepare(pipe)
            do throws(FileWatcherError) {
                state = .running(try WatchThread.start(name: "file-watcher") { engine.run(pipe) })
                return nil
            } catch {
                engine.close(pipe)
                state = .stopped
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Stops watching and waits until the thread has ended; no event is told after this returned.
    ///
    /// Called from within the event closure it does not wait. Further calls do nothing.
    package func stop() {
        let thread: WatchThread? = state.withLock { state in
            defer { state = .stopped }
            if case .running(let thread) = state { return thread }
            return nil
        }
        guard let thread else { return }
        engine.requestStop()
        if thread.isCurrent { thread.detach() } else { thread.join() }
    }

    /// Tells of this file's changes from now on, even if it is ignored or outside the roots.
    ///
    /// When this returns, the watch is in place: call it before reading the file, and no change is missed. Costs one
    /// look-up for a file that was named before. May be called on any thread, also within the event closure.
    ///
    /// - Parameter canonicalPath: The file's real path; it need not exist yet.
    package func watchFile(_ canonicalPath: String) {
        engine.pin(canonicalPath)
    }

    /// Whether changes of this file will be told promptly (by inotify, not by polling).
    ///
    /// May be called on any thread; one look-up for files named by ``watchFile(_:)``.
    ///
    /// - Parameter canonicalPath: The file's real path.
    package func isWatched(_ canonicalPath: String) -> Bool {
        engine.isWatched(canonicalPath)
    }

    /// Whether the ignore rules leave this path out, itself or by a folder above it.
    ///
    /// May be called on any thread; may wait for a walk through new folders to end.
    ///
    /// - Parameters:
    ///   - canonicalPath: A real path; what lies outside all roots counts as ignored.
    ///   - isDirectory: Whether it is a folder.
    package func isIgnored(_ canonicalPath: String, isDirectory: Bool) -> Bool {
        engine.isIgnored(canonicalPath, isDirectory: isDirectory)
    }
}
