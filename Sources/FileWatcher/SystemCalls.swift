import Glibc

/// The calls that can fail for reasons a test cannot bring about; tests put their own in.
struct SystemCalls: Sendable {
    /// A new non-blocking inotify descriptor, or a negative error number.
    var makeQueue: @Sendable () -> Int32
    /// Watches a folder: (queue, path, mask) → watch, or a negative error number.
    var addWatch: @Sendable (Int32, String, InotifyMask) -> Int32
    /// Removes a watch: (queue, watch).
    var removeWatch: @Sendable (Int32, Int32) -> Void
    /// Reads events into the buffer → bytes, or a negative error number.
    var readQueue: @Sendable (Int32, UnsafeMutableRawBufferPointer) -> Int
    /// The name of the file system on a device, if it is known.
    var fileSystemName: @Sendable (UInt64) -> String?

    static let live = SystemCalls(
        makeQueue: {
            let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
            return descriptor >= 0 ? descriptor : -errno
        },
        addWatch: { queue, path, mask in
            let watch = inotify_add_watch(queue, path, mask.rawValue)
            return watch >= 0 ? watch : -errno
        },
        removeWatch: { queue, watch in
            _ = inotify_rm_watch(queue, watch)
        },
        readQueue: { queue, buffer in
            let count = read(queue, buffer.baseAddress, buffer.count)
            return count >= 0 ? count : -Int(errno)
        },
        fileSystemName: MountTable.fileSystemName(device:)
    )
}
