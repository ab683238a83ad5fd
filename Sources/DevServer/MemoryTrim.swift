import CMalloc
import ModuleStore
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// Gives memory back to the system that the allocator holds on to after much work.
///
/// Reading and compressing a graph of thousands leaves free memory between what stays; by itself, glibc gives back
/// little of it. Safe on any thread.
final class MemoryTrim: Sendable {
    private let isDue = NIOLockedValueBox(false)

    /// Trims some time later, once for all that ask until then.
    /// - Parameters:
    ///   - eventLoop: Whose timer is used.
    ///   - store: Whose modules were gathered.
    ///   - threadPool: Where it is done: it takes some milliseconds.
    func soon(on eventLoop: any EventLoop, _ store: ModuleStore, _ threadPool: NIOThreadPool) {
        let wasDue = isDue.withLockedValue { isDue in
            defer { isDue = true }
            return isDue
        }
        guard !wasDue else { return }
        eventLoop.scheduleTask(in: ServerLimits.memoryTrimDelay) {
            threadPool.submit { state in
                guard case .active = state else { return }
                self.isDue.withLockedValue { $0 = false }
                store.releaseCompressors()
                malloc_trim(0)
            }
        }
    }
}
