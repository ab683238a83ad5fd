import ModuleProtocol
import NIOCore
import WebSocketDeflate

/// Numbers events and keeps the newest of them for sessions that come back.
///
/// Bounded by count and by bytes; pure, touched under its owner's lock.
struct EventHistory {
    /// An event with its number, encoded once for every session.
    struct Entry: Sendable {
        let number: UInt64
        let channel: ChannelName
        let message: OutboundMessage

        /// What it counts for against the bound on bytes.
        var bytes: Int { message.body.readableBytes + ServerLimits.historyEntryOverhead }
    }

    private let maximumEvents: Int
    private let maximumBytes: Int
    // Their numbers have no gaps.
    private var entries = CircularBuffer<Entry>()
    /// For each channel the last event that is no longer held; there are as many as may be published on.
    private var lastDropped: [ChannelName: UInt64] = [:]

    /// Number of the last event; 0 before the first.
    private(set) var lastNumber: UInt64 = 0
    /// What the events that are held count for.
    private(set) var bytes = 0

    /// How many events are held.
    var count: Int { entries.count }

    init(maximumEvents: Int, maximumBytes: Int = ServerLimits.historyBytes) {
        self.maximumEvents = maximumEvents
        self.maximumBytes = maximumBytes
    }

    /// Gives an event its number and keeps it.
    mutating func append(_ event: ServerEvent, timestamp: Int64, source: EventSource) -> Entry {
        lastNumber += 1
        let stamp = EventStamp(sequenceNumber: lastNumber, timestamp: timestamp, source: source)
        let entry = Entry(
            number: lastNumber, channel: event.channel, message: .text(event.encode(stamp)))
        entries.append(entry)
        bytes += entry.bytes
        while entries.count > maximumEvents || bytes > maximumBytes, let oldest = entries.popFirst() {
            bytes -= oldest.bytes
            lastDropped[oldest.channel] = oldest.number
        }
        return entry
    }

    /// The events after `number` on any of `channels`, in order.
    /// - Returns: `nil` when one of them is no longer held, or `number` has never been given.
    func events(after number: UInt64, on channels: Set<ChannelName>) -> [Entry]? {
        guard number <= lastNumber, !channels.contains(where: { lastDropped[$0, default: 0] > number }) else {
            return nil
        }
        return held(after: number).filter { channels.contains($0.channel) }
    }

    /// Every event after `number` that is still held, in order.
    func held(after number: UInt64) -> CircularBuffer<Entry>.SubSequence {
        guard let first = entries.first?.number, number >= first else { return entries[...] }
        return entries.dropFirst(Int(min(number - first + 1, UInt64(entries.count))))
    }
}
