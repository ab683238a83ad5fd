import NIOCore

/// What one session decides without touching a socket: when to read, what to do with an event for a
/// client that does not keep up, when to ping and when to give a silent client up.
struct SessionStateMachine<Event> {
    enum Tick: Equatable {
        case ping
        /// Nothing was heard for the whole silence limit.
        case closeSilent
        /// Events were lost and the client still does not read.
        case closeStalled
    }

    enum Drained {
        case events([Event])
        /// Events were dropped; one `resync` stands for them all.
        case resync
    }

    private let heartbeat: TimeAmount
    private let silence: TimeAmount
    private let maxPendingRequests: Int
    private let maxQueuedEvents: Int

    private var pendingRequests = 0
    private var isWritable = true
    private var lastHeard: NIODeadline
    private var queued: [Event] = []
    private var lostEvents = false
    private var lostEventsAtLastTick = false

    init(
        heartbeat: TimeAmount, silence: TimeAmount, now: NIODeadline,
        maxPendingRequests: Int = ServerLimits.pendingRequestsPerSession,
        maxQueuedEvents: Int = ServerLimits.queuedEventsPerSession
    ) {
        self.heartbeat = heartbeat
        self.silence = silence
        self.maxPendingRequests = maxPendingRequests
        self.maxQueuedEvents = maxQueuedEvents
        lastHeard = now
    }

    /// Whether the socket may be read: a client that does not take answers gets no new ones.
    var mayRead: Bool { isWritable && pendingRequests < maxPendingRequests }

    mutating func heard(now: NIODeadline) { lastHeard = now }

    mutating func requestStarted() { pendingRequests += 1 }

    mutating func requestFinished() { pendingRequests -= 1 }

    /// Takes an event; returns whether it is to be sent now.
    mutating func shouldSendNow(_ event: Event) -> Bool {
        if isWritable, queued.isEmpty, !lostEvents { return true }
        guard !lostEvents else { return false }
        if queued.count < maxQueuedEvents {
            queued.append(event)
        } else {
            queued.removeAll()
            lostEvents = true
        }
        return false
    }

    /// Takes the channel's writability; returns what is to be sent now.
    mutating func writabilityChanged(_ isWritable: Bool) -> Drained {
        self.isWritable = isWritable
        guard isWritable else { return .events([]) }
        if lostEvents {
            lostEvents = false
            lostEventsAtLastTick = false
            return .resync
        }
        defer { queued.removeAll() }
        return .events(queued)
    }

    /// Decides what the heartbeat does.
    /// - Returns: The action, and after which time to tick again.
    mutating func tick(now: NIODeadline) -> (action: Tick, next: TimeAmount) {
        let quiet = now - lastHeard
        if quiet >= silence { return (.closeSilent, heartbeat) }
        if lostEvents, lostEventsAtLastTick { return (.closeStalled, heartbeat) }
        lostEventsAtLastTick = lostEvents
        return (.ping, min(heartbeat, silence - quiet))
    }
}
