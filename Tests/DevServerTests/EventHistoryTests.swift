import ModuleProtocol
import Testing

@testable import DevServer

@Suite struct EventHistoryTests {
    static let other = ChannelName("other")!

    func append(_ event: ServerEvent, to history: inout EventHistory) {
        _ = history.append(event, timestamp: 1_700_000_000_000, source: .system)
    }

    func published(on channel: ChannelName, bytes: Int = 1) -> ServerEvent {
        let text = String(repeating: "x", count: bytes)
        return .published(EventRequest(channel: channel, data: Array("\"\(text)\"".utf8)), sender: "s")
    }

    func numbers(_ entries: [EventHistory.Entry]?) -> [UInt64]? { entries?.map(\.number) }

    @Test func numbersHaveNoGapsAndStandInTheMessages() {
        var history = EventHistory(maximumEvents: 10)
        #expect(history.lastNumber == 0)
        for expected in UInt64(1)...3 {
            let entry = history.append(.connectionStatus(clients: 1), timestamp: 5, source: .system)
            #expect(entry.number == expected)
            #expect(
                String(buffer: entry.message.body)
                    == #"{"type":"connection_status","clients":1,"seq":\#(expected),"timestamp":5,"source":"system"}"#
            )
        }
        #expect(history.lastNumber == 3)
    }

    @Test func missedEventsComeInOrderAndOnlyOfTheChannels() {
        var history = EventHistory(maximumEvents: 10)
        for channel in [ChannelName.modules, Self.other, .hot, Self.other, .modules] {
            append(published(on: channel), to: &history)
        }
        #expect(numbers(history.events(after: 0, on: [.modules, .hot, Self.other])) == [1, 2, 3, 4, 5])
        #expect(numbers(history.events(after: 2, on: [.modules, .hot, Self.other])) == [3, 4, 5])
        #expect(numbers(history.events(after: 0, on: [Self.other])) == [2, 4])
        #expect(numbers(history.events(after: 2, on: [Self.other])) == [4])
        #expect(numbers(history.events(after: 5, on: [.modules])) == [])
        #expect(numbers(history.events(after: 0, on: [])) == [])
        #expect(numbers(history.events(after: 6, on: [.modules])) == nil, "a number that was never given")
    }

    @Test func theOldestGiveWayByCount() {
        var history = EventHistory(maximumEvents: 3)
        for _ in 1...5 { append(published(on: .modules), to: &history) }
        #expect(history.count == 3)
        #expect(numbers(history.events(after: 1, on: [.modules])) == nil)
        #expect(numbers(history.events(after: 2, on: [.modules])) == [3, 4, 5])
        #expect(Array(history.held(after: 0)).map(\.number) == [3, 4, 5])
        #expect(Array(history.held(after: 4)).map(\.number) == [5])
        #expect(Array(history.held(after: 99)).isEmpty)
    }

    @Test func theOldestGiveWayByBytes() {
        var history = EventHistory(maximumEvents: 1_000, maximumBytes: 10_000)
        for _ in 1...30 { append(published(on: .modules, bytes: 1_000), to: &history) }
        #expect(history.bytes <= 10_000)
        #expect((5...9).contains(history.count))
        // One that is larger than everything together is numbered, and not kept.
        append(published(on: .modules, bytes: 20_000), to: &history)
        #expect(history.count == 0)
        #expect(history.bytes == 0)
        #expect(history.lastNumber == 31)
        #expect(numbers(history.events(after: 30, on: [.modules])) == nil)
        #expect(numbers(history.events(after: 31, on: [.modules])) == [])
    }

    @Test func whatIsDroppedOfOneChannelIsNoLossToAnother() {
        var history = EventHistory(maximumEvents: 2)
        append(published(on: .modules), to: &history)
        for _ in 1...10 { append(.connectionStatus(clients: 1), to: &history) }
        #expect(numbers(history.events(after: 1, on: [.modules])) == [])
        #expect(numbers(history.events(after: 0, on: [.modules])) == nil)
        #expect(numbers(history.events(after: 1, on: [.modules, .connections])) == nil)
    }

    @Test func nothingIsKeptWhenNothingMayBe() {
        var history = EventHistory(maximumEvents: 0)
        append(published(on: .modules), to: &history)
        #expect(history.lastNumber == 1)
        #expect(numbers(history.events(after: 0, on: [.modules])) == nil)
        #expect(numbers(history.events(after: 1, on: [.modules])) == [])
    }
}
