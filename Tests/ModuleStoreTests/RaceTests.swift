import Foundation
import ModuleProtocol
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import ModuleStore

@Suite("Races")
struct RaceTests {
    @Test("A change that is reported before a load has read is not lost")
    func changeBeforeRead() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        let reported = Counter()
        site.watcher.whenWatched { [folder = site.folder, weak store = site.store] path in
            guard reported.value == 0 else { return }
            reported.add()
            _ = try? folder.write("a.mjs", "2")
            _ = store?.apply(canonicalPath: path, acceptsEmpty: false)
        }
        #expect(try await site.text("a.mjs") == "2")
        #expect(String(buffer: try #require(site.store.cached(raw: "a.mjs")).content) == "2")
    }

    @Test("A change that is reported after a load has read leaves nothing stale", arguments: [1, 2, 10])
    func changeAfterRead(times: Int) async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "0")
        let reported = Counter()
        site.store.hooks.withLockedValue { hooks in
            hooks.didRead = { [folder = site.folder, weak store = site.store] path in
                guard reported.value < times else { return }
                reported.add()
                _ = try? folder.write("a.mjs", "\(reported.value)")
                _ = store?.apply(canonicalPath: path, acceptsEmpty: false)
            }
        }
        let module = try await site.load("a.mjs")
        if times < StoreLimits.loadAttempts { #expect(String(buffer: module.content) == "\(times)") }
        // With more changes than attempts the load gives what it has, but does not keep it as current.
        if let cached = site.store.cached(raw: "a.mjs") {
            #expect(String(buffer: cached.content) == "\(reported.value)")
        }
        reported.add(times)
        #expect(
            try await site.text("a.mjs") == String(decoding: try site.folder.read("a.mjs"), as: UTF8.self))
    }

    @Test("Saves, reports and loads at once end with the last bytes everywhere")
    func storm() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "0")
        let told = Collector()
        @Sendable func report() {
            for attempt in 1... {
                switch site.apply("a.mjs", acceptsEmpty: attempt > 50) {
                case .changed(let changes):
                    told.add(changes.compactMap(\.hash))
                    return
                case .unchanged: return
                case .unstable: usleep(1_000)
                }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 1...200 {
                    if number % 2 == 0 {
                        try? site.folder.replace("a.mjs", "\(number)")
                    } else {
                        _ = try? site.folder.write("a.mjs", "\(number)")
                    }
                    report()
                }
            }
            for form in ModuleForm.allCases {
                group.addTask {
                    for _ in 0..<300 { _ = try? await site.load("a.mjs", form: form, deflated: true) }
                }
            }
        }
        report()
        #expect(try await site.text("a.mjs") == "200")
        #expect(told.last == hash("200"))
        #expect(site.store.rescan() == [])
    }

    @Test("A file that is written again and again is never read half old, half new")
    func tornReads() async throws {
        let site = try StoreFixture(watches: false)
        let size = 200_000
        let contents = (0..<4).map { [UInt8](repeating: UInt8(ascii: "a") + UInt8($0), count: size) }
        try site.folder.write("a.mjs", contents[0])
        let done = Counter()
        let path = site.folder.path + "/a.mjs"
        let allowed = Set(contents.map { ContentHash.sha256Prefix(ByteBuffer(bytes: $0)) })
        let folder = site.folder
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var round = 0
                while done.value == 0 {
                    round += 1
                    let content = contents[round % contents.count]
                    if round % 2 == 0 {
                        // In place, without changing the size.
                        let file = open(path, O_WRONLY)
                        content.withUnsafeBytes { _ = pwrite(file, $0.baseAddress, $0.count, 0) }
                        close(file)
                    } else {
                        _ = try? folder.write("b.mjs", content)
                        rename(folder.path + "/b.mjs", path)
                    }
                    usleep(3_000)
                }
            }
            group.addTask {
                var reads = 0
                for _ in 0..<300 {
                    if let module = try? await site.load("a.mjs") {
                        reads += 1
                        #expect(allowed.contains(module.hash))
                        #expect(module.size == size)
                    }
                }
                #expect(reads > 0)
                done.add()
            }
        }
    }

    @Test("A file is read when its writer has finished, not before")
    func halfWritten() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.mjs", "old")
        guard case .granted = try OpenFile(path).leaseForReading() else { return }
        let writer = open(path, O_WRONLY | O_TRUNC)
        #expect(write(writer, "first half, ", 12) == 12)
        guard case .refused = try OpenFile(path).leaseForReading() else {
            Issue.record("a lease although there is a writer")
            return
        }
        let (started, content) = (Counter(), Collector())
        Thread.detachNewThread {
            started.add()
            let read = try? FileReader.read(
                path, limit: 1_000, patience: .init(attempts: 22, backoff: 500, quiet: .max))
            content.add([read.map { String(buffer: $0.content) } ?? "nothing"])
        }
        try await eventually { started.value == 1 }
        // Time for a reader that does not wait to give itself away.
        try await Task.sleep(for: .milliseconds(20))
        #expect(content.last == nil)
        #expect(write(writer, "second half", 11) == 11)
        close(writer)
        try await eventually { content.last != nil }
        #expect(content.last == "first half, second half")
    }

    @Test("A file that somebody keeps open for writing is read all the same")
    func keptOpen() async throws {
        let site = try StoreFixture()
        try site.folder.write("a.mjs", "1")
        let writer = open(site.folder.path + "/a.mjs", O_WRONLY | O_APPEND)
        defer { close(writer) }
        #expect(try await site.text("a.mjs") == "1")
        #expect(write(writer, "2", 1) == 1)
        #expect(site.apply("a.mjs") == (try site.changed("a.mjs", "12")))
    }

    @Test("A file is not read as empty while it is being rewritten")
    func emptyWhileWritten() async throws {
        let site = try StoreFixture(watches: false)
        try site.folder.write("a.mjs", "1")
        _ = try await site.load("a.mjs")
        let file = open(site.folder.path + "/a.mjs", O_WRONLY | O_TRUNC)
        defer { close(file) }
        let counter = Counter()
        site.watcher.whenWatched { _ in
            guard counter.value == 0 else { return }
            counter.add()
            Thread.detachNewThread { _ = write(file, "2", 1) }
        }
        #expect(try await site.text("a.mjs") == "2")
        // A file that stays empty is accepted in the end.
        try site.folder.write("empty.mjs", "")
        #expect(try await site.text("empty.mjs") == "")
    }
}

private final class Collector: Sendable {
    private let texts = NIOLockedValueBox<[String]>([])
    var last: String? { texts.withLockedValue { $0.last } }
    func add(_ more: [String]) { texts.withLockedValue { $0 += more } }
}
