import NIOCore

/// Gathers what arrives at about the same time, so that it is handed on together; what comes late is handed on by
/// itself.
///
/// Lives on its event loop.
final class Gathering<Element> {
    private let eventLoop: any EventLoop
    private let handOn: ([Element]) -> Void
    private var missing: Int
    private var gathered: [Element] = []
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - count: How many are to arrive.
    ///   - eventLoop: Where everything happens.
    ///   - handOn: Called with what has arrived, never with nothing.
    init(count: Int, on eventLoop: any EventLoop, handOn: @escaping ([Element]) -> Void) {
        missing = count
        self.eventLoop = eventLoop
        self.handOn = handOn
    }

    /// One of them is there.
    func arrived(_ element: Element) {
        missing -= 1
        gathered.append(element)
        if missing == 0 {
            timer?.cancel()
            flush()
        } else if timer == nil {
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            timer = eventLoop.scheduleTask(in: ServerLimits.compiledGathering) {
                bound.value.timer = nil
                bound.value.flush()
            }
        }
    }

    private func flush() {
        guard !gathered.isEmpty else { return }
        let elements = gathered
        gathered = []
        handOn(elements)
    }
}
