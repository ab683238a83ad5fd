import Glibc

/// Wakes a thread that waits in poll(2).
final class WakeupPipe: Sendable {
    let readEnd: Int32
    /// Nil once closed: a descriptor number is given out again, so nobody may write to it then.
    private let writeEnd: Locked<Int32?>

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd = ends[0]
        writeEnd = Locked(ends[1])
    }

    /// Callable on any thread; without effect after ``close()``.
    func wake() {
        writeEnd.withLock { end in
            guard let end else { return }
            var byte: UInt8 = 1
            // A full pipe wakes as well.
            _ = write(end, &byte, 1)
        }
    }

    /// Takes out what woke the thread; on that thread.
    func drain() {
        var bytes: (UInt64, UInt64) = (0, 0)
        while read(readEnd, &bytes, 16) == 16 {}
    }

    /// Closes both ends; on the thread that waits.
    func close() {
        writeEnd.withLock { end in
            if let open = end { _ = Glibc.close(open) }
            end = nil
        }
        _ = Glibc.close(readEnd)
    }
}
