import Foundation
import Logging
import Testing

@testable import FileWatcher

@Suite struct BulkTests {
    private func watch(_ folder: TemporaryFolder, _ collector: EventCollector) throws -> FileWatcher {
        let watcher = FileWatcher(
            configuration: .init(roots: [folder.path]), logger: Logger(label: "test")
        ) { collector.add($0) }
        try watcher.start()
        return watcher
    }

    @Test func fiveHundredNestedFoldersAtOnce() throws {
        let (folder, collector) = (TemporaryFolder(), EventCollector())
        let watcher = try watch(folder, collector)
        defer { watcher.stop() }
        var files: Set<String> = []
        for chain in 0..<10 {
            var name = "chain\(chain)"
            for depth in 0..<50 {
                name += "/d\(depth)"
                folder.write(name + "/a.js")
                files.insert(folder(name + "/a.js"))
            }
        }
        let arrived = collector.wait { files.isSubset(of: EventCollector.changes($0).map(\.path)) }
        #expect(arrived, "lost: \(files.subtracting(collector.changes.map(\.path)).sorted())")
        // All of them are watched.
        _ = collector.take()
        for file in files { folder.write(String(file.dropFirst(folder.path.count + 1)), "again") }
        #expect(collector.wait { files.isSubset(of: EventCollector.changes($0).map(\.path)) })
    }

    @Test func fiveHundredFoldersMadeByOthersMeanwhile() throws {
        let (folder, collector) = (TemporaryFolder(), EventCollector())
        let watcher = try watch(folder, collector)
        defer { watcher.stop() }
        let threads = (0..<4).map { index in
            let thread = Thread {
                for step in 0..<125 { folder.write("t\(index)/\(step % 5)/\(step)/a.js") }
            }
            thread.start()
            return thread
        }
        let files = Set(
            (0..<4).flatMap { index in (0..<125).map { folder("t\(index)/\($0 % 5)/\($0)/a.js") } })
        let arrived = collector.wait { files.isSubset(of: EventCollector.changes($0).map(\.path)) }
        #expect(arrived, "lost: \(files.subtracting(collector.changes.map(\.path)).sorted())")
        #expect(threads.allSatisfy { $0.isFinished || $0.isExecuting })
        for file in files {
            let kinds = collector.changes.filter { $0.path == file }.map(\.kind)
            #expect(kinds.filter { $0 == .created }.count == 1, "\(file): \(kinds)")
        }
    }

    @Test func theLastOfManyRapidSavesIsTold() throws {
        let (folder, collector) = (TemporaryFolder(), EventCollector())
        folder.write("a.js", "0")
        let seen = EventCollector()
        let watcher = FileWatcher(configuration: .init(roots: [folder.path]), logger: Logger(label: "test")) {
            event in
            collector.add(event)
            // What a reader finds at that moment.
            let text = (try? String(contentsOfFile: folder("a.js"), encoding: .utf8)) ?? ""
            seen.add(.rescan(reason: text))
        }
        try watcher.start()
        defer { watcher.stop() }
        for save in 1...500 { folder.write("a.js", "\(save)") }
        #expect(seen.waitForRescan("500"))
        #expect(collector.all.count < 500)
        #expect(collector.changes.allSatisfy { $0.kind == .modified && $0.path == folder("a.js") })
    }

    @Test func manyFilesArriveInBatches() throws {
        let (folder, collector) = (TemporaryFolder(), EventCollector())
        for index in 0..<500 { folder.write("\(index).js") }
        let watcher = try watch(folder, collector)
        defer { watcher.stop() }
        for index in 0..<500 { folder.write("\(index).js", "new") }
        #expect(collector.wait { Set(EventCollector.changes($0).map(\.path)).count == 500 })
        #expect(collector.all.count < 250)
    }

    @Test func aTreeRemovedIsToldWhole() throws {
        let (folder, collector) = (TemporaryFolder(), EventCollector())
        for index in 0..<200 { folder.write("d/\(index % 10)/\(index)/a.js") }
        let watcher = try watch(folder, collector)
        defer { watcher.stop() }
        folder.remove("d")
        #expect(
            collector.wait { events in
                EventCollector.changes(events).filter { $0.kind == .removed && $0.path.hasSuffix("/a.js") }
                    .count == 200
            })
    }

    @Test func pathsOfTheGreatestDepthDoNoHarm() throws {
        let (folder, collector) = (TemporaryFolder(), EventCollector())
        let deep = (0..<1_900).map { _ in "d" }.joined(separator: "/")
        folder.write(deep + "/a.js")
        let watcher = try watch(folder, collector)
        defer { watcher.stop() }
        folder.write(deep + "/a.js", "new")
        #expect(collector.waitForChange(.modified, folder(deep + "/a.js")))
        #expect(rename(folder("d"), folder("e")) == 0)
        #expect(collector.waitForChange(.created, folder("e" + deep.dropFirst() + "/a.js")))
    }
}
