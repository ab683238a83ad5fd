/// Why a ``FileWatcher`` could not start.
package struct FileWatcherError: Error, Sendable, CustomStringConvertible {
    /// The closed set of reasons.
    package enum Code: Sendable, Hashable {
        /// A root does not exist or is no folder.
        case rootMissing
        /// The operating system gave no pipe or no thread.
        case systemResources
        /// `start()` was called twice, or after `stop()`.
        case alreadyStarted
    }

    /// The reason.
    package var code: Code
    /// What happened and what to do.
    package var message: String
    /// The operating system's error number, if one was involved.
    package var errno: Int32?

    /// The message.
    package var description: String { message }
}
