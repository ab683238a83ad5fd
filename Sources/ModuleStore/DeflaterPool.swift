import NIOConcurrencyHelpers
import WebSocketDeflate

/// Compressors that wait for work; each holds some 300 KB, so they are re-used.
final class DeflaterPool: Sendable {
    /// Safe to send although `MessageDeflater` is not: a box is either in the pool or with the one caller that took
    /// it out, never both.
    private struct Box: @unchecked Sendable {
        let deflater: MessageDeflater
    }

    private let idle = NIOLockedValueBox<[Box]>([])

    /// Runs work with a compressor of its own; without memory for one the work is left out.
    func withDeflater(_ work: (MessageDeflater) -> Void) {
        let box: Box
        if let waiting = idle.withLockedValue({ $0.popLast() }) {
            box = waiting
        } else if let fresh = try? MessageDeflater(level: StoreLimits.deflateLevel) {
            box = Box(deflater: fresh)
        } else {
            return
        }
        work(box.deflater)
        idle.withLockedValue { $0.append(box) }
    }

    /// Forgets the compressors that nobody uses: a quarter of a megabyte each.
    func clear() { idle.withLockedValue { $0.removeAll() } }
}
