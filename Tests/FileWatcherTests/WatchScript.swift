import FileWatcher
import Foundation
import Logging
import Testing

/// A test as a list of steps, one a line; paths are relative to the watched root (`../out` is outside it).
///
///     write PATH [TEXT]   append PATH     mkdir PATH      rm PATH (with all beneath)    mv FROM TO
///     ln TARGET LINK      link FILE NAME  hold PATH (write, keep open)   release PATH   pin PATH
///     expect created|modified|removed PATH     a folder's path ends with "/"
///     expect rescan REASON | expect nothing           maybe KIND PATH   (temporaries that a slow machine may show)
///
/// A run of `expect` lines states all that has been told since the last one. `created` may be followed by
/// `modified`, `modified` may come several times: the machine's speed decides that.
struct WatchScript: Sendable, CustomTestStringConvertible {
    var name: String
    var root = "tree"
    var globs: [String] = []
    /// Steps before the watcher starts.
    var given = ""
    var steps: String

    var testDescription: String { name }

    func run() throws {
        let folder = TemporaryFolder()
        folder.makeFolder(root)
        folder.makeFolder("out")
        var hands = ScriptHands(base: folder(root))
        for line in Self.lines(given) { try hands.perform(line) }

        let collector = EventCollector()
        var configuration = FileWatcher.Configuration(roots: [folder(root)], ignoreGlobs: globs)
        // Longer than in use: what belongs together stays together on a busy machine.
        configuration.limits.coalescing = .milliseconds(60)
        configuration.limits.removalGrace = .milliseconds(150)
        configuration.limits.writeQuiet = .milliseconds(100)
        let watcher = FileWatcher(configuration: configuration, logger: Logger(label: "test")) {
            collector.add($0)
        }
        try watcher.start()
        defer { watcher.stop() }

        var expected: [String] = []
        for line in Self.lines(steps) + ["end"] {
            if line.hasPrefix("expect ") || line.hasPrefix("maybe ") {
                expected.append(line)
                continue
            }
            if !expected.isEmpty {
                try check(expected, collector, folder)
                expected.removeAll()
            }
            if line == "end" { break }
            if line.hasPrefix("pin ") {
                watcher.watchFile(hands.path(String(line.dropFirst(4))))
            } else {
                try hands.perform(line)
            }
        }
        hands.releaseAll()
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func check(_ lines: [String], _ collector: EventCollector, _ folder: TemporaryFolder) throws {
        var wanted: [String: String] = [:]
        var allowed: Set<String> = []
        var wantedRescan: String?
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            switch (words[0], words[1]) {
            case ("expect", "nothing"): break
            case ("expect", "rescan"): wantedRescan = words[2]
            case ("maybe", _): allowed.insert(words[2])
            default: wanted[words[2]] = words[1]
            }
        }
        let arrived = collector.wait { events in
            let told = told(events, folder)
            return wanted.allSatisfy { told[$0.key]?.last == $0.value || told[$0.key]?.first == $0.value }
                && (wantedRescan == nil
                    || EventCollector.rescans(events).contains { $0.contains(wantedRescan ?? "") })
        }
        #expect(arrived, "\(name): wanted \(wanted), told \(told(collector.all, folder))")
        flush(collector, folder)
        let events = collector.take()
        for (path, kinds) in told(events, folder) where !allowed.contains(path) {
            guard let kind = wanted[path] else {
                Issue.record("\(name): \(path) was told as \(kinds) and should not have been")
                continue
            }
            var summary = kinds
            if kind != "removed" { summary = kinds.filter { $0 != "modified" } }
            if kind == "removed" { summary = kinds.filter { $0 == "removed" } }
            #expect(summary == (kind == "modified" ? [] : [kind]), "\(name): \(path) was told as \(kinds)")
        }
        #expect(
            (wantedRescan != nil) == !EventCollector.rescans(events).isEmpty,
            "\(name): \(EventCollector.rescans(events))")
    }

    private func told(_ events: [FileWatchEvent], _ folder: TemporaryFolder) -> [String: [String]] {
        var told: [String: [String]] = [:]
        for change in EventCollector.changes(events) where !change.path.hasSuffix("/zz-flush") {
            var path = change.path
            if path.hasPrefix(folder(root) + "/") {
                path = String(path.dropFirst(folder(root).count + 1))
            } else if path.hasPrefix(folder.path + "/") {
                path = "../" + path.dropFirst(folder.path.count + 1)
            }
            told[path + (change.isDirectory ? "/" : ""), default: []].append(change.kind.rawValue)
        }
        return told
    }

    /// A file comes and goes; when its removal has been told, so has all that happened before.
    private func flush(_ collector: EventCollector, _ folder: TemporaryFolder) {
        let file = root + "/zz-flush"
        guard FileManager.default.fileExists(atPath: folder(root)) else { return }
        folder.write(file)
        #expect(collector.waitForChange(.created, folder(file)), "\(name): lost the flush")
        folder.remove(file)
        #expect(collector.waitForChange(.removed, folder(file)), "\(name): lost the flush's end")
    }
}

/// Carries out a script's steps.
struct ScriptHands {
    let base: String
    private var held: [String: Int32] = [:]

    init(base: String) { self.base = base }

    struct UnknownStep: Error { var line: String }
    struct StepFailed: Error { var line: String, reason: String }

    func path(_ name: String) -> String {
        if name == "." { return base }
        var folder = base
        var rest = Substring(name)
        while rest.hasPrefix("../") {
            folder = (folder as NSString).deletingLastPathComponent
            rest = rest.dropFirst(3)
        }
        return folder + "/" + (rest.hasSuffix("/") ? rest.dropLast() : rest)
    }

    mutating func perform(_ line: String) throws {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        let files = FileManager.default
        func check(_ succeeded: Bool) throws {
            if !succeeded { throw StepFailed(line: line, reason: String(cString: strerror(errno))) }
        }
        let first = path(words[1])
        switch words[0] {
        case "write": try write(first, words.count > 2 ? words[2] : "x", O_TRUNC, line)
        case "append": try write(first, "more", O_APPEND, line)
        case "mkdir": try files.createDirectory(atPath: first, withIntermediateDirectories: true)
        case "rm": try files.removeItem(atPath: first)
        case "mv": try check(rename(first, path(words[2])) == 0)
        case "ln": try check(symlink(words[1], path(words[2])) == 0)
        case "link": try check(link(first, path(words[2])) == 0)
        case "hold":
            let descriptor = open(first, O_WRONLY | O_CREAT | O_APPEND, 0o644)
            try check(descriptor >= 0)
            try check(Foundation.write(descriptor, "held", 4) == 4)
            held[first] = descriptor
        case "release":
            if let descriptor = held.removeValue(forKey: first) { close(descriptor) }
        default: throw UnknownStep(line: line)
        }
    }

    mutating func releaseAll() {
        for descriptor in held.values { close(descriptor) }
        held.removeAll()
    }

    private func write(_ path: String, _ text: String, _ flag: Int32, _ line: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | flag, 0o644)
        guard descriptor >= 0 else { throw StepFailed(line: line, reason: String(cString: strerror(errno))) }
        let bytes = text.replacingOccurrences(of: "\\n", with: "\n")
        _ = Foundation.write(descriptor, bytes, bytes.utf8.count)
        close(descriptor)
    }
}
