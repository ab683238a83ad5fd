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
        /// The loop's zlib streams, shared by its sessions.
        let codec = WebSocketCodec()
    }

    private let loops: [(loop: any EventLoop, sessions: NIOLoopBoundBox<LoopSessions>)]
    private let lastEvent = Mutex<UInt64>(0)
    private let count = Atomic<Int>(0)

    init(group: any EventLoopGroup) {
        loops = group.makeIterator().map { loop in
            (loop, NIOLoopBoundBox.makeBoxSendingValue(LoopSessions(), eventLoop: loop))
        }
    }

    /// Number of the last event broadcast.
    var lastSequenceNumber: UInt64 { lastEvent.withLock { $0 } }

    /// Number of open sessions on all loops.
    var sessionCount: Int { count.load(ordering: .relaxed) }

    /// The event loop's codec. Must be called on `eventLoop`.
    func codec(on eventLoop: any EventLoop) -> WebSocketCodec { sessions(of: eventLoop).codec }

    /// Adds a session.
    ///
    /// Must be called on `eventLoop`.
    func add(_ handler: SessionHandler, on eventLoop: any EventLoop) {
        sessions(of: eventLoop).handlers[ObjectIdentifier(handler)] = handler
        count.add(1, ordering: .relaxed)
    }

    /// Removes a session.
    ///
    /// Must be called on `eventLoop`.
    func remove(_ handler: SessionHandler, on eventLoop: any EventLoop) {
        if sessions(of: eventLoop).handlers.removeValue(forKey: ObjectIdentifier(handler)) != nil {
            count.subtract(1, ordering: .relaxed)
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
            let message = OutboundMessage(text: encode(last))
            for (loop, sessions) in loops {
                loop.execute {
                    for handler in sessions.value.handlers.values { handler.deliver(message) }
                }
            }
        }
    }

    private func sessions(of eventLoop: any EventLoop) -> LoopSessions {
        guard let entry = loops.first(where: { $0.loop === eventLoop }) else {
            preconditionFailure("a session's event loop belongs to the server's own group")
        }
        return entry.sessions.value
    }
}
