import Glibc

/// A value behind a lock.
///
/// By pthread_mutex and not by `Synchronization.Mutex`, whose ordering the thread sanitizer cannot see on Linux.
final class Locked<Value: Sendable>: @unchecked Sendable {
    // Safe: `value` is touched only while `mutex` is held, and `mutex` lives as long as the object.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with exclusive access; not to be nested for one object.
    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
