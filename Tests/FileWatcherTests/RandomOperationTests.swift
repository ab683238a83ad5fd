import Foundation
import Logging
import Testing

@testable import FileWatcher

/// Whatever happened to a tree, in the end every file in it is watched and the reports add up to what is there.
@Suite struct RandomOperationTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>) func theTreeIsKnownInTheEnd(_ seed: UInt64) throws {
        let (folder, collector) = (TemporaryFolder(), EventCollector())
        var random = SplitMix(state: seed)
        folder.makeFolder("root")
        folder.makeFolder("out")
        let watcher = FileWatcher(
            configuration: .init(roots: [folder("root")]), logger: Logger(label: "test")
        ) { collector.add($0) }
        try watcher.start()
        defer { watcher.stop() }
        for _ in 0..<400 { operate(folder, &random) }

        // When this one is told, all before it has been.
        folder.write("root/zz-flush")
        #expect(collector.waitForChange(.created, folder("root/zz-flush")))
        folder.remove("root/zz-flush")
        #expect(collector.waitForChange(.removed, folder("root/zz-flush")))

        #expect(EventCollector.rescans(collector.all).isEmpty)
        var known: Set<String> = []
        for change in collector.changes where !change.isDirectory {
            if change.kind == .removed { known.remove(change.path) } else { known.insert(change.path) }
        }
        let files = Set(self.files(folder))
        #expect(
            known == files,
            "told, not there: \(known.subtracting(files)); not told: \(files.subtracting(known))")
        _ = collector.take()
        for file in files { folder.write(String(file.dropFirst(folder.path.count + 1)), "last") }
        let arrived = collector.wait { files.isSubset(of: EventCollector.changes($0).map(\.path)) }
        #expect(arrived, "not watched: \(files.subtracting(collector.changes.map(\.path)).sorted())")
    }

    private func operate(_ folder: TemporaryFolder, _ random: inout SplitMix) {
        func name() -> String { "abc".randomElement(using: &random).map { "d\($0)" } ?? "d" }
        func place() -> String {
            let depth = Int.random(in: 0...3, using: &random)
            return (["root"] + (0..<depth).map { _ in name() }).joined(separator: "/")
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3:
            let path = place()
            guard isFolder(folder(path)) else { return folder.makeFolder(path) }
            folder.write("\(path)/f\(Int.random(in: 0..<3, using: &random)).js")
        case 4: folder.makeFolder(place() + "/" + name())
        case 5: rename(folder(place() + "/" + name()), folder(place() + "/" + name()))
        case 6: rename(folder(place() + "/" + name()), folder("out/" + name()))
        case 7: rename(folder("out/" + name()), folder(place() + "/" + name()))
        case 8: folder.remove(place() + "/" + name())
        default:
            let path = place()
            rename(folder(path + "/f0.js"), folder(path + "/f1.js"))
        }
    }

    private func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    private func files(_ folder: TemporaryFolder) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder("root"))?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".js") }.map { folder("root/" + $0) }
    }
}
