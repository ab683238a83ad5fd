import Glibc

/// What `stat` says of a file: as long as all of it stays, so do the bytes, if the times have settled.
struct FileSignature: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int
    /// Nanoseconds since 1970.
    let modified: Int64
    /// Nanoseconds since 1970; unlike `modified` no program can set it back.
    let changed: Int64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
    }

    /// Whether the file changed so recently that a further change might not show in its times.
    func isYounger(than nanoseconds: Int64) -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        // The absolute value: a clock that was set back makes a file look as if from the future.
        return abs(Self.nanoseconds(now) - max(modified, changed)) < nanoseconds
    }

    /// The time by the clock that time stamps are taken from, which only moves with the kernel's ticks.
    static var stampClock: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &now)
        return nanoseconds(now)
    }

    static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

/// What kind of thing a path names.
enum FileKind {
    case regular
    case folder
    case link
    case other

    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .link
        default: self = .other
        }
    }

    /// Looks at a path itself, without following a link; `nil` when there is nothing or it cannot be seen.
    static func ofPath(_ path: String) -> (kind: FileKind, signature: FileSignature)? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return (FileKind(status), FileSignature(status))
    }
}
