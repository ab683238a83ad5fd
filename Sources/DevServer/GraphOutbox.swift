import ModuleLinker
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
        /// Modules to be linked for the client.
        case linking([PackPart], ModuleLinker)
        /// The answer is complete.
        case end

        fileprivate var isPack: Bool {
            switch self {
            case .pack, .deflated: true
            case .text, .linking, .end: false
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
    /// Whether the step at the head is being made ready: compressed, or linked.
    private var isPreparing = false
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
        guard !isSending, !isPreparing, !isClosed else { return }
        isSending = true
        defer { isSending = false }
        repeat {
            while !isPreparing, session.mayWrite, let step = steps.first {
                if case .end = step {
                    close()
                    onEnd()
                    return
                }
                take(step)
            }
            // What was sent leaves while the next step is made ready. If all of it leaves at once, nobody else asks for more.
            session.flush()
        } while !isPreparing && session.mayWrite && !steps.isEmpty
    }

    /// Sends the step at the head, or begins to make it ready.
    private func take(_ step: Step) {
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
        case .linking(let parts, let linker):
            link(parts, by: linker)
            return
        case .end:
            return
        }
        // What is sent may end the connection, and with it the rest.
        if !steps.isEmpty { steps.removeFirst() }
    }

    /// Replaces the pack at the head by its compressed form.
    private func deflate(_ parts: [PackPart], last: Bool) {
        prepare(store.deflatedPack(parts, last: last, on: eventLoop)) { outbox, pack in
            // Unless it was discarded meanwhile.
            if outbox.steps.first?.isPack == true {
                outbox.steps[outbox.steps.startIndex] = .deflated(pack)
            }
        }
    }

    /// Sends the modules at the head, once they are linked.
    private func link(_ parts: [PackPart], by linker: ModuleLinker) {
        prepare(store.linked(parts, by: linker, id: id, on: eventLoop)) { outbox, messages in
            // Unless it was discarded meanwhile.
            guard case .linking = outbox.steps.first else { return }
            outbox.steps.removeFirst()
            // What is sent may fill the socket, or empty it, which asks for more.
            outbox.isSending = true
            for message in messages { outbox.session.send(message) }
            outbox.isSending = false
        }
    }

    private func prepare<Result: Sendable>(
        _ future: EventLoopFuture<Result>, _ take: @escaping @Sendable (GraphOutbox, Result) -> Void
    ) {
        isPreparing = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        future.whenComplete { result in
            let outbox = bound.value
            outbox.isPreparing = false
            guard !outbox.isClosed else { return }
            switch result {
            case .success(let result):
                take(outbox, result)
                outbox.pump()
            case .failure:
                // The thread pool is stopping, and so is everything else.
                outbox.close()
                outbox.onEnd()
            }
        }
    }
}
