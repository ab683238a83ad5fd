import CCurl
import Glibc
import Logging

/// What the upstream's thread does: runs the state machine's actions on libcurl.
///
/// Lives on that thread only.
final class UpstreamLoop {
    private let multi: UnsafeMutableRawPointer
    private let settings: TransferSettings
    private let logger: Logger
    private var machine: UpstreamPoolStateMachine
    private var fetches: [UpstreamPoolStateMachine.FetchID: UpstreamFetch] = [:]
    private var transfers: [UpstreamPoolStateMachine.FetchID: Transfer] = [:]
    private var transferIDs: [UnsafeMutableRawPointer: UpstreamPoolStateMachine.FetchID] = [:]
    /// Fetches whose body came in a coding that only libcurl knows.
    private var decodedByLibcurl: Set<UpstreamPoolStateMachine.FetchID> = []
    private var idleHandles: [UnsafeMutableRawPointer] = []

    /// The longest sleep; every reason to act wakes the thread or has a deadline, so this is for none.
    private static let longestPoll = 60_000

    init(
        multi: UnsafeMutableRawPointer, settings: TransferSettings, pool: UpstreamPoolStateMachine.Settings,
        logger: Logger
    ) {
        self.multi = multi
        self.settings = settings
        self.logger = logger
        machine = UpstreamPoolStateMachine(settings: pool)
        // Idle connections are kept for the next fetch, but no more than are ever used at once.
        pitlane_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, pool.connections)
    }

    deinit {
        for handle in idleHandles { curl_easy_cleanup(handle) }
    }

    /// Works until the inbox says stop; then everything unfinished is completed with an error.
    func run(_ inbox: UpstreamInbox) {
        while true {
            let (arrived, isStopped) = inbox.take()
            for fetch in arrived { submit(fetch) }
            if isStopped { break }
            perform(machine.timePassed(now: .now))
            runTransfers()
            poll()
        }
        perform(machine.stop())
    }

    private func submit(_ fetch: UpstreamFetch) {
        fetches[fetch.id] = fetch
        perform(machine.submit(fetch.id, target: fetch.target, now: .now))
    }

    /// Lets libcurl work until nothing more ends: what ended may have started something else.
    private func runTransfers() {
        var someEnded: Bool
        repeat {
            someEnded = false
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            while let (id, code) = nextEnded() {
                someEnded = true
                guard let transfer = transfers[id] else { continue }
                let outcome = transfer.outcome(of: code)
                report(outcome, of: transfer)
                if case .again = outcome { decodedByLibcurl.insert(id) }
                drop(id)
                perform(machine.attemptEnded(id, outcome, now: .now))
            }
        } while someEnded
    }

    private func nextEnded() -> (UpstreamPoolStateMachine.FetchID, CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                let id = transferIDs[handle]
            else { continue }
            return (id, pitlane_curl_message_result(message))
        }
        return nil
    }

    private func poll() {
        let untilDeadline = machine.nextDeadline.map { ContinuousClock.now.duration(to: $0).milliseconds }
        let timeout = min(max(0, untilDeadline ?? Self.longestPoll), Self.longestPoll)
        let code = curl_multi_poll(multi, nil, 0, Int32(timeout), nil)
        guard code != CURLM_OK else { return }
        logger.error("cannot wait for the dev server", metadata: ["curl": "\(code.rawValue)"])
        // Out of memory, most likely; not to be met with a busy loop.
        usleep(10_000)
    }

    // MARK: - Actions

    private func perform(_ actions: [UpstreamPoolStateMachine.Action]) {
        // Starting can fail at once, which yields further actions.
        var pending = actions
        while !pending.isEmpty {
            var further: [UpstreamPoolStateMachine.Action] = []
            for action in pending {
                switch action {
                case .start(let id, let target): further += start(id, target: target)
                case .cancel(let id): drop(id)
                case .complete(let id, let result):
                    decodedByLibcurl.remove(id)
                    fetches.removeValue(forKey: id)?.completion(result)
                }
            }
            pending = further
        }
    }

    private func start(
        _ id: UpstreamPoolStateMachine.FetchID, target: String
    ) -> [UpstreamPoolStateMachine.Action] {
        guard let fetch = fetches[id] else { return [] }
        guard let handle = idleHandles.popLast() ?? curl_easy_init() else {
            return machine.attemptEnded(id, .failed(.outOfHandles), now: .now)
        }
        let transfer = Transfer(
            id: id, target: target, request: fetch.request, handle: handle, settings: settings,
            decoding: decodedByLibcurl.contains(id) ? .libcurl : .own)
        transfers[id] = transfer
        transferIDs[handle] = id
        guard curl_multi_add_handle(multi, handle) == CURLM_OK else {
            drop(id)
            return machine.attemptEnded(id, .failed(.outOfHandles), now: .now)
        }
        return []
    }

    /// Takes a transfer, ended or not, away from libcurl.
    private func drop(_ id: UpstreamPoolStateMachine.FetchID) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        transferIDs[transfer.handle] = nil
        curl_multi_remove_handle(multi, transfer.handle)
        idleHandles.append(transfer.releaseHandle())
    }

    private func report(_ outcome: AttemptOutcome, of transfer: Transfer) {
        guard case .damaged(let error) = outcome else { return }
        logger.debug(
            "asking the dev server again: \(error.message)", metadata: ["path": "\(transfer.target)"])
    }
}
