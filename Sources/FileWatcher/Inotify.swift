import Glibc

/// One event of the kernel's queue, inotify(7).
struct InotifyEvent: Sendable, Hashable {
    var watch: Int32
    var mask: InotifyMask
    var name: String

    /// All events in the bytes of one read.
    ///
    /// Names that are not UTF-8 cannot be module paths; their events are left out.
    static func parse(_ bytes: UnsafeRawBufferPointer, into events: inout [InotifyEvent]) {
        let header = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + header <= bytes.count {
            let raw = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let nameStart = offset + header
            let nameEnd = nameStart + Int(raw.len)
            guard nameEnd <= bytes.count else { return }
            offset = nameEnd
            let padded = bytes[nameStart..<nameEnd]
            let nameBytes = padded.prefix { $0 != 0 }
            guard let name = String(validating: nameBytes, as: UTF8.self) else { continue }
            events.append(InotifyEvent(watch: raw.wd, mask: InotifyMask(rawValue: raw.mask), name: name))
        }
    }
}

/// The event bits of inotify(7).
struct InotifyMask: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    static let modified = InotifyMask(rawValue: UInt32(IN_MODIFY))
    static let attributes = InotifyMask(rawValue: UInt32(IN_ATTRIB))
    static let closedAfterWrite = InotifyMask(rawValue: UInt32(IN_CLOSE_WRITE))
    static let movedFrom = InotifyMask(rawValue: UInt32(IN_MOVED_FROM))
    static let movedTo = InotifyMask(rawValue: UInt32(IN_MOVED_TO))
    static let created = InotifyMask(rawValue: UInt32(IN_CREATE))
    static let deleted = InotifyMask(rawValue: UInt32(IN_DELETE))
    static let selfDeleted = InotifyMask(rawValue: UInt32(IN_DELETE_SELF))
    static let selfMoved = InotifyMask(rawValue: UInt32(IN_MOVE_SELF))
    static let unmounted = InotifyMask(rawValue: UInt32(IN_UNMOUNT))
    static let queueOverflowed = InotifyMask(rawValue: UInt32(IN_Q_OVERFLOW))
    static let watchRemoved = InotifyMask(rawValue: UInt32(IN_IGNORED))
    static let isDirectory = InotifyMask(rawValue: UInt32(IN_ISDIR))
    static let onlyDirectories = InotifyMask(rawValue: UInt32(IN_ONLYDIR))
    static let followsNoLink = InotifyMask(rawValue: UInt32(IN_DONT_FOLLOW))
    static let excludesUnlinked = InotifyMask(rawValue: UInt32(IN_EXCL_UNLINK))

    /// What is asked for on every folder.
    static let watched: InotifyMask = [
        .modified, .attributes, .closedAfterWrite, .movedFrom, .movedTo, .created, .deleted, .selfDeleted,
        .selfMoved, .onlyDirectories, .followsNoLink, .excludesUnlinked,
    ]
}
