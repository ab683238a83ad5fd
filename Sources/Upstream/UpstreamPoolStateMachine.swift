/// Decides which fetch runs when, how often, and how it ends.
///
/// Pure state: no I/O, no clock of its own. Every fetch that is submitted ends in exactly one ``Action/complete(_:_:)``. A fetch is queued, running (and
/// then holds one of the connections), or waiting between two attempts.
struct UpstreamPoolStateMachine {
    typealias Instant = ContinuousClock.Instant
    typealias FetchID = UInt64

    /// What the caller must do, in order.
    enum Action {
        /// Begin a transfer for this path and query.
        case start(FetchID, target: String)
        /// Drop the transfer that runs for this fetch.
        case cancel(FetchID)
        /// Hand the result to whoever asked.
        case complete(FetchID, Result<UpstreamResponse, UpstreamError>)
    }

    /// The numbers that decide.
    struct Settings {
        var origin: String
        var attempts = UpstreamLimits.attempts
        var connections = UpstreamLimits.connections
        var queued = UpstreamLimits.queuedFetches
        var redirects = UpstreamLimits.redirects
        var totalTimeout = UpstreamLimits.totalTimeout
        var queueTimeout = UpstreamLimits.queueTimeout

        init(origin: String) {
            self.origin = origin
        }

        init(origin: String, configuration: UpstreamClient.Configuration) {
            self.origin = origin
            attempts = configuration.attempts
            connections = configuration.maxConnections
            queued = configuration.maxQueued
            totalTimeout = configuration.totalTimeout
            queueTimeout = configuration.queueTimeout
        }
    }

    private enum Phase {
        case queued
        case running
        case waiting(until: Instant)
    }

    private struct Fetch {
        var target: String
        var phase = Phase.queued
        /// Of the queue at first, of the whole from the first attempt on.
        var deadline: Instant
        /// Transfers begun for the current target or one before it; hops of a redirect do not count.
        var attempts = 0
        var redirects = 0
        var hasBegun = false
    }

    private let settings: Settings
    private var fetches: [FetchID: Fetch] = [:]
    /// Fetches that have not begun.
    private var fresh = FIFO<FetchID>()
    /// Fetches with an attempt behind them; they go first, since their time is running.
    private var begun = FIFO<FetchID>()
    private var running: Set<FetchID> = []
    private var waiting: Set<FetchID> = []
    private var queuedCount = 0
    private var isStopped = false

    init(settings: Settings) {
        self.settings = settings
    }

    /// Fetches that have not been completed.
    var unfinishedCount: Int { fetches.count }

    /// Takes a fetch on.
    mutating func submit(_ id: FetchID, target: String, now: Instant) -> [Action] {
        guard !isStopped else { return [.complete(id, .failure(.stopped))] }
        guard queuedCount < settings.queued || running.count < settings.connections else {
            return [.complete(id, .failure(.overloaded(origin: settings.origin, limit: settings.queued)))]
        }
        fetches[id] = Fetch(target: target, deadline: now + settings.queueTimeout)
        fresh.append(id)
        queuedCount += 1
        return startNext(now: now)
    }

    /// Hears how the transfer of a fetch ended.
    mutating func attemptEnded(_ id: FetchID, _ outcome: AttemptOutcome, now: Instant) -> [Action] {
        guard running.remove(id) != nil, var fetch = fetches[id] else { return [] }
        switch outcome {
        case .response(var response):
            response.attempts = fetch.attempts
            response.redirectedTo = fetch.redirects > 0 ? fetch.target : nil
            return complete(id, .success(response)) + startNext(now: now)

        case .failed(var error):
            error.attempts = fetch.attempts
            return complete(id, .failure(error)) + startNext(now: now)

        case .redirect(let target):
            fetch.redirects += 1
            guard fetch.redirects <= settings.redirects else {
                let error = UpstreamError.tooManyRedirects(
                    origin: settings.origin, limit: settings.redirects, attempts: fetch.attempts)
                return complete(id, .failure(error)) + startNext(now: now)
            }
            fetch.target = target
            fetch.attempts -= 1
            enqueueAgain(id, fetch)
            return startNext(now: now)

        case .again:
            fetch.attempts -= 1
            enqueueAgain(id, fetch)
            return startNext(now: now)

        case .damaged(var error):
            guard fetch.attempts < settings.attempts else {
                error.attempts = fetch.attempts
                error.message += " Pitlane asked \(fetch.attempts) times."
                return complete(id, .failure(error)) + startNext(now: now)
            }
            let pause = Self.backoff(afterAttempt: fetch.attempts)
            if pause > .zero {
                fetch.phase = .waiting(until: now + pause)
                fetches[id] = fetch
                waiting.insert(id)
            } else {
                enqueueAgain(id, fetch)
            }
            return startNext(now: now)
        }
    }

    /// Does what the time demands: ends what took too long, repeats what has waited.
    mutating func timePassed(now: Instant) -> [Action] {
        var actions: [Action] = []
        for id in running.filter({ isOverdue($0, now) }).sorted() {
            running.remove(id)
            actions.append(.cancel(id))
            actions += expire(id)
        }
        for id in waiting.sorted() {
            guard let fetch = fetches[id], case .waiting(let end) = fetch.phase else { continue }
            if fetch.deadline <= now {
                waiting.remove(id)
                actions += expire(id)
            } else if end <= now {
                waiting.remove(id)
                enqueueAgain(id, fetch)
            }
        }
        actions += expireHead(of: \.begun, now: now)
        actions += expireHead(of: \.fresh, now: now)
        return actions + startNext(now: now)
    }

    /// When ``timePassed(now:)`` must be called next; nil when only a submission or an ended transfer matters.
    var nextDeadline: Instant? {
        var earliest: Instant?
        func consider(_ instant: Instant?) {
            guard let instant else { return }
            earliest = earliest.map { min($0, instant) } ?? instant
        }
        for id in running { consider(fetches[id]?.deadline) }
        for id in waiting {
            guard let fetch = fetches[id], case .waiting(let end) = fetch.phase else { continue }
            consider(min(end, fetch.deadline))
        }
        consider(begun.first.flatMap { fetches[$0]?.deadline })
        consider(fresh.first.flatMap { fetches[$0]?.deadline })
        return earliest
    }

    /// Ends everything; later submissions end at once.
    mutating func stop() -> [Action] {
        isStopped = true
        var actions = running.sorted().map { Action.cancel($0) }
        for id in fetches.keys.sorted() { actions.append(.complete(id, .failure(.stopped))) }
        fetches = [:]
        fresh = FIFO()
        begun = FIFO()
        running = []
        waiting = []
        queuedCount = 0
        return actions
    }

    /// The wait after that many attempts: none, 5, 10, 20, 40 … ms, up to the limit.
    static func backoff(afterAttempt attempt: Int) -> Duration {
        guard attempt > 1 else { return .zero }
        let doublings = min(attempt - 2, 16)
        return min(UpstreamLimits.backoffStep * (1 << doublings), UpstreamLimits.backoffLimit)
    }

    // MARK: - Parts

    private mutating func startNext(now: Instant) -> [Action] {
        var actions: [Action] = []
        while running.count < settings.connections, let id = begun.popFirst() ?? fresh.popFirst() {
            guard var fetch = fetches[id] else { continue }
            queuedCount -= 1
            if !fetch.hasBegun { fetch.deadline = now + settings.totalTimeout }
            fetch.hasBegun = true
            fetch.attempts += 1
            fetch.phase = .running
            fetches[id] = fetch
            running.insert(id)
            actions.append(.start(id, target: fetch.target))
        }
        return actions
    }

    private mutating func enqueueAgain(_ id: FetchID, _ fetch: Fetch) {
        var fetch = fetch
        fetch.phase = .queued
        fetches[id] = fetch
        begun.append(id)
        queuedCount += 1
    }

    private mutating func complete(_ id: FetchID, _ result: Result<UpstreamResponse, UpstreamError>)
        -> [Action]
    {
        fetches[id] = nil
        return [.complete(id, result)]
    }

    private mutating func expire(_ id: FetchID) -> [Action] {
        guard let fetch = fetches[id] else { return [] }
        let error: UpstreamError =
            fetch.hasBegun
            ? .noAnswer(origin: settings.origin, limit: settings.totalTimeout, attempts: fetch.attempts)
            : .noFreeConnection(origin: settings.origin, limit: settings.queueTimeout)
        return complete(id, .failure(error))
    }

    private mutating func expireHead(of queue: WritableKeyPath<Self, FIFO<FetchID>>, now: Instant) -> [Action]
    {
        var actions: [Action] = []
        while let id = self[keyPath: queue].first, isOverdue(id, now) {
            _ = self[keyPath: queue].popFirst()
            guard fetches[id] != nil else { continue }
            queuedCount -= 1
            actions += expire(id)
        }
        return actions
    }

    private func isOverdue(_ id: FetchID, _ now: Instant) -> Bool {
        fetches[id].map { $0.deadline <= now } ?? true
    }
}
