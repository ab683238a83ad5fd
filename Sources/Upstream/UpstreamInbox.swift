import CCurl

/// The door between all other threads and the upstream's.
final class UpstreamInbox: Sendable {
    private enum Phase {
        case idle, running, stopped
    }

    private struct State {
        var phase = Phase.idle
        var arrived: [UpstreamFetch] = []
        var nextID: UpstreamPoolStateMachine.FetchID = 1
        var bell: Bell?
    }

    /// libcurl's multi handle, as far as it can wake the thread that polls it.
    ///
    /// Safe to send: `curl_multi_wakeup` is the one function that libcurl allows from any thread while the handle
    /// exists, nothing else can be done with a bell, and the inbox forgets it before the handle is freed.
    struct Bell: @unchecked Sendable {
        private let multi: UnsafeMutableRawPointer

        init(multi: UnsafeMutableRawPointer) {
            self.multi = multi
        }

        func ring() { curl_multi_wakeup(multi) }
    }

    private let state = Locked(State())

    /// Lets fetches in.
    /// - Returns: false if it has been called before, or after ``stop()``.
    func open() -> Bool {
        state.withLock { state in
            guard state.phase == .idle else { return false }
            state.phase = .running
            return true
        }
    }

    /// Puts a fetch in and wakes the thread.
    /// - Returns: false when nobody would take it out.
    func put(
        target: String, _ request: UpstreamRequest,
        _ completion: @escaping @Sendable (Result<UpstreamResponse, UpstreamError>) -> Void
    ) -> Bool {
        state.withLock { state in
            guard state.phase == .running else { return false }
            state.arrived.append(
                UpstreamFetch(id: state.nextID, target: target, request: request, completion: completion))
            state.nextID += 1
            // Whoever put the first one in has woken the thread for all that follow.
            if state.arrived.count == 1 { state.bell?.ring() }
            return true
        }
    }

    /// Lets no more fetches in and wakes the thread, for it to end.
    func stop() {
        state.withLock { state in
            state.phase = .stopped
            state.bell?.ring()
        }
    }

    /// Takes out what has arrived; on the upstream's thread, before every poll.
    func take() -> (arrived: [UpstreamFetch], isStopped: Bool) {
        state.withLock { state in
            defer { state.arrived = [] }
            return (state.arrived, state.phase == .stopped)
        }
    }

    /// Tells how to wake the thread; nil before libcurl's handle is freed.
    func setBell(_ bell: Bell?) {
        state.withLock { $0.bell = bell }
    }
}
