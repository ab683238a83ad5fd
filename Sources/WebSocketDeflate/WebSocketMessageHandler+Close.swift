import NIOCore

// The end of a connection (RFC 6455 section 7).
//
// The channel is never closed outright while the peer may still be sending: unread bytes would turn our end of
// stream into a reset, and the peer could lose the Close frame. Instead our side is shut once everything is
// written, and the channel is closed when the peer ends too, or after a second.
extension WebSocketMessageHandler {
    /// We start: Close frame now, then up to a second for the peer's.
    func startClose(
        code: UInt16, reason: String, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext
    ) {
        phase = .closeSent
        writer.writeClose(code: code == WebSocketCloseCode.noStatus ? nil : code, reason: reason, to: context)
        writer.add(promise)
        flushThen(context) { handler, context in
            guard handler.phase == .closeSent else { return }
            handler.startTimer(WebSocketLimits.closeHandshake, context) { $0.deliverAbnormalClose($1) }
        }
    }

    /// The peer's Close frame came.
    func receivedClose(code: UInt16?, reason: String, _ context: ChannelHandlerContext) {
        if phase == .open {
            writer.writeClose(code: code, reason: "", to: context)
        }
        end(code: code ?? WebSocketCloseCode.noStatus, reason: reason, context)
    }

    /// The peer broke the protocol (RFC 6455 section 7.1.7).
    func fail(_ failure: WebSocketFailure, _ context: ChannelHandlerContext) {
        if phase == .open {
            writer.writeClose(code: failure.code, reason: failure.reason, to: context)
        }
        end(code: failure.code, reason: failure.reason, context)
    }

    /// The peer sends nothing more, but the channel lets us write on.
    func inputEnded(_ context: ChannelHandlerContext) {
        switch phase {
        case .open, .closeSent:
            end(code: WebSocketCloseCode.abnormal, reason: "", context)
        case .lingering:
            closeNow(context)
        case .ending, .closed:
            break
        }
    }

    /// The channel is gone.
    func connectionEnded(_ context: ChannelHandlerContext) {
        closeTimer?.cancel()
        closeTimer = nil
        let wasRunning = phase == .open || phase == .closeSent
        phase = .closed
        writer.discard(failingWith: ChannelError.ioOnClosedChannel)
        if wasRunning { deliver(code: WebSocketCloseCode.abnormal, reason: "", context) }
    }

    private func end(code: UInt16, reason: String, _ context: ChannelHandlerContext) {
        phase = .ending
        deliver(code: code, reason: reason, context)
        guard phase == .ending else { return }
        flushThen(context) { handler, context in
            guard handler.phase == .ending else { return }
            handler.linger(context)
        }
    }

    private func deliver(code: UInt16, reason: String, _ context: ChannelHandlerContext) {
        context.fireChannelRead(wrapInboundOut(.closed(code: code, reason: reason)))
    }

    private func deliverAbnormalClose(_ context: ChannelHandlerContext) {
        if phase == .open || phase == .closeSent {
            phase = .ending
            deliver(code: WebSocketCloseCode.abnormal, reason: "", context)
        }
        closeNow(context)
    }

    private func linger(_ context: ChannelHandlerContext) {
        phase = .lingering
        startTimer(WebSocketLimits.closeHandshake, context) { $0.closeNow($1) }
        let shut = context.eventLoop.makePromise(of: Void.self)
        shut.futureResult.assumeIsolated().whenFailure { _ in
            // A channel that cannot be shut on one side only.
            self.closeNow(context)
        }
        context.close(mode: .output, promise: shut)
    }

    private func closeNow(_ context: ChannelHandlerContext) {
        guard phase != .closed else { return }
        phase = .closed
        closeTimer?.cancel()
        closeTimer = nil
        context.close(mode: .all, promise: nil)
    }

    /// Writes out everything, then goes on; a peer that does not take it within some seconds is cut off.
    private func flushThen(
        _ context: ChannelHandlerContext,
        _ next: @escaping (WebSocketMessageHandler, ChannelHandlerContext) -> Void
    ) {
        startTimer(WebSocketLimits.closeFlush, context) { $0.deliverAbnormalClose($1) }
        let written = context.eventLoop.makePromise(of: Void.self)
        writer.add(written)
        written.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success: next(self, context)
            case .failure: self.deliverAbnormalClose(context)
            }
        }
        writer.flush(to: context)
    }

    private func startTimer(
        _ delay: TimeAmount, _ context: ChannelHandlerContext,
        _ action: @escaping (WebSocketMessageHandler, ChannelHandlerContext) -> Void
    ) {
        closeTimer?.cancel()
        closeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { action(self, context) }
    }
}
