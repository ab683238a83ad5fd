import ModuleProtocol
import NIOCore
import Synchronization
import WebSocketDeflate

/// The open sessions of every event loop, and the numbering of what is broadcast to them.
///
/// Sessions live on their own event loop; a broadcast hops onto each loop once, however many
/// sessions it carries.
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

    private let loops: [Loop]
    private let lastEvent = Mutex<UInt64>(0)

    init(group: any EventLoopGroup) {
        loops = group.makeIterator().map(Loop.init)
    }

    /// Number of the last event broadcast.
    var lastSequenceNumber: UInt64 { lastEvent.withLock { $0 } }

    /// Number of open sessions on all loops.
    var sessionCount: Int { loops.reduce(0) { $0 + $1.count.load(ordering: .relaxed) } }

    /// Adds a session.
    ///
    /// Must be called on `eventLoop`.
    func add(_ handler: SessionHandler, on eventLoop: any EventLoop) {
        let loop = loop(of: eventLoop)
        loop.sessions.value.handlers[ObjectIdentifier(handler)] = handler
        // Before the session reads the last event's number: an event that misses the session is in that number.
        loop.count.add(1, ordering: .sequentiallyConsistent)
    }

    /// Removes a session.
    ///
    /// Must be called on `eventLoop`.
    func remove(_ handler: SessionHandler, on eventLoop: any EventLoop) {
        let loop = loop(of: eventLoop)
        if loop.sessions.value.handlers.removeValue(forKey: ObjectIdentifier(handler)) != nil {
            loop.count.subtract(1, ordering: .sequentiallyConsistent)
        }
    }

    /// Numbers an event and sends it to every session.
    ///
    /// May be called on any thread.
    ///
    /// - Parameter encode: Makes the message's JSON from the event's number.
    func broadcast(_ encode: (UInt64) -> [UInt8]) {
        // The hops are queued under the lock, so that every session sees the numbers in order.
        lastEvent.withLock { last in
            last += 1
            let message = OutboundMessage.text(encode(last))
            // A loop without sessions is not woken.
            for loop in loops where loop.count.load(ordering: .sequentiallyConsistent) > 0 {
                loop.eventLoop.execute {
                    for handler in loop.sessions.value.handlers.values { handler.deliver(message) }
                }
            }
        }
    }

    private func loop(of eventLoop: any EventLoop) -> Loop {
        guard let loop = loops.first(where: { $0.eventLoop === eventLoop }) else {
            preconditionFailure("a session's event loop belongs to the server's own group")
        }
        return loop
    }
}
