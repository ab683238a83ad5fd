import Glibc

/// A thread of the operating system that takes no signals.
struct UpstreamThread: Sendable {
    private let handle: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread.
    ///
    /// - Throws: ``UpstreamError`` with code `other` if the operating system gives none.
    static func start(_ run: @escaping @Sendable () -> Void) throws(UpstreamError) -> UpstreamThread {
        // The new thread inherits the mask. SIGPIPE must not reach it: OpenSSL writes without MSG_NOSIGNAL.
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

        var handle = pthread_t()
        let body = Unmanaged.passRetained(
            Body {
                setName("pitlane-curl")
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
            throw UpstreamError(
                code: .other,
                message:
                    "Cannot start the thread that asks the dev server: \(String(cString: strerror(code))).")
        }
        return UpstreamThread(handle: handle)
    }

    /// Names the calling thread, at most 15 bytes, for whoever looks at it with `top -H`.
    private static func setName(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, name, name.utf8.count)
        close(descriptor)
    }

    var isCurrent: Bool { pthread_equal(handle, pthread_self()) != 0 }

    /// Waits for the end; not on the thread itself.
    func join() { pthread_join(handle, nil) }

    /// Lets the thread end by itself.
    func detach() { pthread_detach(handle) }
}
