import ModuleProtocol
import NIOCore
import Synchronization

/// The open sessions of every event loop, and the numbering and history of what is broadcast to them.
///
/// Sessions live on their own event loop; a broadcast hops onto each loop once, however many
/// sessions and events it carries.
final class SessionRegistry: Sendable {
    /// The sessions of one event loop, touched on that loop only.
    final class LoopSessions {
        fileprivate var handlers: [ObjectIdentifier: SessionHandler] = [:]
    }

    private final class Loop: Sendable {
        let eventLoop: any EventLoop
        let sessions: NIOLoopBoundBox<LoopSessions>
        let count = Atomic<Int>(0)

        init(_ eventLoop: any EventLoop) {
            self.eventLoop = eventLoop
            sessions = .makeBoxSendingValue(LoopSessions(), eventLoop: eventLoop)
        }
    }

    private struct State {
        var history: EventHistory
        var subscriptions = SubscriptionMemory()
        var identities = ClientIdentities()
        var connectionPacer = ChangePacer(interval: ServerLimits.connectionStatusInterval)
        var clientsTold = 0
    }

    private let loops: [Loop]
    private let state: Mutex<State>

    /// Creates a registry without sessions.
    /// - Parameters:
    ///   - group: The event loops of all sessions.
    ///   - historyEvents: How many events are kept for sessions that come back.
    init(group: any EventLoopGroup, historyEvents: Int) {
        loops = group.makeIterator().map(Loop.init)
        state = Mutex(State(history: EventHistory(maximumEvents: historyEvents)))
    }

    /// Number of the last event broadcast.
    var lastSequenceNumber: UInt64 { state.withLock { $0.history.lastNumber } }

    /// Number of open sessions on all loops.
    var sessionCount: Int { loops.reduce(0) { $0 + $1.count.load(ordering: .relaxed) } }

    // MARK: Sessions

    /// Adds a session.
    ///
    /// Must be called on `eventLoop`.
    func add(_ handler: SessionHandler, on eventLoop: any EventLoop) {
        let loop = loop(of: eventLoop)
        loop.sessions.value.handlers[ObjectIdentifier(handler)] = handler
        // Before the session reads the last event's number: an event that misses the session is in that number.
        loop.count.add(1, ordering: .sequentiallyConsistent)
        connectionsChanged(on: eventLoop)
    }

    /// Removes a session.
    ///
    /// Must be called on `eventLoop`.
    func remove(_ handler: SessionHandler, on eventLoop: any EventLoop) {
        let loop = loop(of: eventLoop)
        if loop.sessions.value.handlers.removeValue(forKey: ObjectIdentifier(handler)) != nil {
            loop.count.subtract(1, ordering: .sequentiallyConsistent)
            connectionsChanged(on: eventLoop)
        }
    }

    /// Asks every open session something, each on its own loop.
    /// - Parameters:
    ///   - eventLoop: Where the future is completed.
    ///   - describe: Called on the session's event loop.
    func collect<Value: Sendable>(
        on eventLoop: any EventLoop, _ describe: @escaping @Sendable (SessionHandler) -> Value
    ) -> EventLoopFuture<[Value]> {
        let parts = loops.map { loop in
            loop.eventLoop.submit { loop.sessions.value.handlers.values.map(describe) }
        }
        return EventLoopFuture.whenAllSucceed(parts, on: eventLoop).map { $0.flatMap(\.self) }
    }

    // MARK: Events

    /// Numbers events, keeps them, and sends each to the subscribers of its channel.
    ///
    /// May be called on any thread. The events of one call have consecutive numbers and arrive together.
    /// - Parameters:
    ///   - events: What to tell, in this order.
    ///   - source: Who caused it.
    /// - Returns: Number of the last event.
    @discardableResult
    func broadcast(_ events: [ServerEvent], source: EventSource = .system) -> UInt64 {
        // The hops are queued under the lock, so that every session sees the numbers in order.
        state.withLock { state in
            let timestamp = WallClock.millisecondsSince1970
            let entries = events.map {
                state.history.append($0, timestamp: timestamp, source: source)
            }
            // A loop without sessions is not woken.
            for loop in loops where loop.count.load(ordering: .sequentiallyConsistent) > 0 {
                loop.eventLoop.execute {
                    for handler in loop.sessions.value.handlers.values { handler.deliver(entries) }
                }
            }
            return state.history.lastNumber
        }
    }

    /// What a session that knows of events up to `number` has missed.
    ///
    /// May be called on any thread.
    /// - Returns: The events in order, `nil` when they are no longer held; and the last event's number.
    func events(
        after number: UInt64, on channels: Set<ChannelName>
    ) -> (events: [EventHistory.Entry]?, lastNumber: UInt64) {
        state.withLock { ($0.history.events(after: number, on: channels), $0.history.lastNumber) }
    }

    /// The events that are held, whatever their channel.
    /// - Parameter number: Only those after it.
    /// - Returns: The events in order, whether none is missing between, and the last event's number.
    func history(
        after number: UInt64
    ) -> (events: [EventHistory.Entry], isComplete: Bool, lastNumber: UInt64) {
        state.withLock { state in
            let held = Array(state.history.held(after: number))
            let isComplete = UInt64(held.count) == state.history.lastNumber &- number
            return (held, isComplete, state.history.lastNumber)
        }
    }

    /// How much is kept: number of the last event, events held, and the bytes they count for.
    var historyUse: (lastNumber: UInt64, count: Int, bytes: Int) {
        state.withLock { ($0.history.lastNumber, $0.history.count, $0.history.bytes) }
    }

    /// Takes note of what a session is subscribed to, for when it comes back.
    func remember(_ channels: Set<ChannelName>, of session: String) {
        state.withLock { $0.subscriptions.remember(channels, of: session) }
    }

    /// Who a client is that sends this token.
    func identify(_ token: String?) -> ClientIdentities.Identity {
        state.withLock { $0.identities.identify(token) }
    }

    /// What an earlier session was subscribed to, if it ever changed that.
    func subscriptions(of session: String) -> Set<ChannelName>? {
        state.withLock { $0.subscriptions[session] }
    }

    // MARK: connection_status

    private func connectionsChanged(on eventLoop: any EventLoop) {
        switch state.withLock({ $0.connectionPacer.changed(now: .now()) }) {
        case nil: break
        case .zero?: tellConnections()
        case let delay?: eventLoop.scheduleTask(in: delay) { self.tellConnections() }
        }
    }

    private func tellConnections() {
        let clients = sessionCount
        let isNews = state.withLock { state in
            state.connectionPacer.told(now: .now())
            defer { state.clientsTold = clients }
            return state.clientsTold != clients
        }
        if isNews { broadcast([.connectionStatus(clients: clients)]) }
    }

    private func loop(of eventLoop: any EventLoop) -> Loop {
        guard let loop = loops.first(where: { $0.eventLoop === eventLoop }) else {
            preconditionFailure("a session's event loop belongs to the server's own group")
        }
        return loop
    }
}
