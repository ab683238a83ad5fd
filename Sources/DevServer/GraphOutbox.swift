import ModuleProtocol
import ModuleStore
import NIOCore
import WebSocketDeflate

/// The frames of one `module:graph` answer, in order, sent as fast as the client reads.
///
/// Lives on its session's event loop.
final class GraphOutbox {
    enum Step {
        case text([UInt8])
        case pack([PackPart], last: Bool)
        case deflated(DeflatedPack)
        /// The answer is complete.
        case end

        fileprivate var isPack: Bool {
            switch self {
            case .pack, .deflated: true
            case .text, .end: false
            }
        }
    }

    private let id: RequestID?
    private let store: ModuleStore
    private let sendsDeflated: Bool
    private let eventLoop: any EventLoop
    private unowned let session: SessionHandler
    private let onEnd: () -> Void

    private var steps = CircularBuffer<Step>()
    private var isSending = false
    /// Whether the pack at the head is being compressed.
    private var isDeflating = false
    private var isClosed = false
    private var sentPacks = 0

    /// - Parameters:
    ///   - id: The request's.
    ///   - session: Whom to send to; must live until ``close()`` or the end.
    ///   - eventLoop: The session's.
    ///   - onEnd: Called once, when the last step has been handed over or none can be any more.
    init(
        id: RequestID?, session: SessionHandler, on eventLoop: any EventLoop, onEnd: @escaping () -> Void
    ) {
        self.id = id
        self.session = session
        self.eventLoop = eventLoop
        self.onEnd = onEnd
        store = session.server.store
        sendsDeflated = session.sendsKeptDeflate
    }

    /// How many packs were sent or wait.
    var packCount: Int { sentPacks + steps.count(where: \.isPack) }

    func send(_ step: Step) {
        steps.append(step)
        pump()
    }

    /// Forgets what has not been handed over.
    func discard() { steps.removeAll() }

    /// Sends nothing more.
    func close() {
        isClosed = true
        steps.removeAll()
    }

    /// Hands over what the client is ready to take.
    func pump() {
        guard !isSending, !isDeflating, !isClosed else { return }
        isSending = true
        defer { isSending = false }
        while session.mayWrite, let step = steps.first {
            switch step {
            case .text(let bytes):
                session.send(OutboundMessage.text(bytes))
            case .deflated(let pack):
                sentPacks += 1
                session.send(pack.message(id: id))
            case .pack(let parts, let last):
                if sendsDeflated {
                    deflate(parts, last: last)
                    return
                }
                sentPacks += 1
                session.send(store.pack(parts, last: last, id: id))
            case .end:
                isClosed = true
            }
            if !steps.isEmpty { steps.removeFirst() }
            if isClosed {
                onEnd()
                return
            }
        }
        session.flush()
    }

    /// Replaces the pack at the head by its compressed form.
    private func deflate(_ parts: [PackPart], last: Bool) {
        isDeflating = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        store.deflatedPack(parts, last: last, on: eventLoop).whenComplete { result in
            let outbox = bound.value
            outbox.isDeflating = false
            guard !outbox.isClosed else { return }
            switch result {
            case .success(let pack):
                // Unless it was discarded meanwhile.
                if outbox.steps.first?.isPack == true {
                    outbox.steps[outbox.steps.startIndex] = .deflated(pack)
                }
                outbox.pump()
            case .failure:
                // The thread pool is stopping, and so is everything else.
                outbox.close()
                outbox.onEnd()
            }
        }
    }
}
