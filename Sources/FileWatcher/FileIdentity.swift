import Glibc

/// Which file it is, whatever its name.
struct FileIdentity: Sendable, Hashable {
    var device: UInt64
    var inode: UInt64

    init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }

    init(_ status: stat) {
        self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    /// The identity of the folder at `path`, or nil.
    static func ofDirectory(_ path: String) -> FileIdentity? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        return FileIdentity(status)
    }
}

/// What polling compares.
struct FileStamp: Sendable, Hashable {
    var identity: FileIdentity
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
    /// The file was modified so shortly before the look that a further write may leave the time stamp as it is.
    var isFresh: Bool

    init(identity: FileIdentity, size: Int64, seconds: Int, nanoseconds: Int = 0, isFresh: Bool = false) {
        self.identity = identity
        self.size = size
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.isFresh = isFresh
    }

    init(_ status: stat, now: timespec, granularity: Duration) {
        self.init(
            identity: FileIdentity(status), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
        let age =
            Duration.seconds(now.tv_sec &- seconds) + .nanoseconds(now.tv_nsec &- nanoseconds)
        isFresh = age < granularity && age > .zero - granularity
    }

    /// Whether the file may have changed since `earlier` was taken.
    func mayDiffer(from earlier: FileStamp) -> Bool {
        earlier.isFresh || identity != earlier.identity || size != earlier.size
            || seconds != earlier.seconds || nanoseconds != earlier.nanoseconds
    }
}
