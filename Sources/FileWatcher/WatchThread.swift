import Glibc

/// A thread of the operating system with a name, which takes no signals.
struct WatchThread: Sendable {
    private let handle: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread.
    ///
    /// - Throws: ``FileWatcherError`` if the operating system gives none.
    static func start(name: String, _ run: @escaping @Sendable () -> Void) throws(FileWatcherError)
        -> WatchThread
    {
        // Signals are for the program's other threads; the new one inherits this mask.
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

        var handle = pthread_t()
        let body = Unmanaged.passRetained(
            Body {
                setName(name)
                run()
            })
        let code = pthread_create(
            &handle, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw FileWatcherError(
                code: .systemResources,
                message: "cannot start the file watcher's thread: \(String(cString: strerror(code)))",
                errno: code)
        }
        return WatchThread(handle: handle)
    }

    /// Names the calling thread, at most 15 bytes.
    private static func setName(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, name, min(name.utf8.count, 15))
        close(descriptor)
    }

    var isCurrent: Bool { pthread_equal(handle, pthread_self()) != 0 }

    /// Waits for the end; not on the thread itself.
    func join() { pthread_join(handle, nil) }

    /// Lets the thread end by itself.
    func detach() { pthread_detach(handle) }
}
