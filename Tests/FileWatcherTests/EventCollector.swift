import FileWatcher
import Foundation

/// Gathers what a watcher tells; waits for conditions instead of times.
final class EventCollector: @unchecked Sendable {
    // Safe: every access to `events` is made while `condition` is locked.
    private let condition = NSCondition()
    private var events: [FileWatchEvent] = []

    /// Far longer than anything here takes, so that only a lost event fails a test.
    static let patience: TimeInterval = 30

    func add(_ event: FileWatchEvent) {
        condition.lock()
        events.append(event)
        condition.broadcast()
        condition.unlock()
    }

    var all: [FileWatchEvent] {
        condition.lock()
        defer { condition.unlock() }
        return events
    }

    var changes: [FileChange] { Self.changes(all) }

    static func changes(_ events: [FileWatchEvent]) -> [FileChange] {
        events.flatMap { event in
            if case .changes(let changes) = event { return changes }
            return []
        }
    }

    static func rescans(_ events: [FileWatchEvent]) -> [String] {
        events.compactMap { event in
            if case .rescan(let reason) = event { return reason }
            return nil
        }
    }

    /// Removes and returns all events so far.
    func take() -> [FileWatchEvent] {
        condition.lock()
        defer { condition.unlock() }
        defer { events.removeAll() }
        return events
    }

    /// Waits until the events meet the predicate; false when patience is over.
    func wait(until predicate: ([FileWatchEvent]) -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: Self.patience)
        condition.lock()
        defer { condition.unlock() }
        while !predicate(events) {
            if !condition.wait(until: end) { return predicate(events) }
        }
        return true
    }

    func waitForChange(_ kind: FileChange.Kind? = nil, _ path: String) -> Bool {
        wait { Self.changes($0).contains { $0.path == path && (kind == nil || $0.kind == kind) } }
    }

    func waitForRescan(_ text: String) -> Bool {
        wait { Self.rescans($0).contains { $0.contains(text) } }
    }
}
