import Foundation
import Testing

@testable import FileWatcher

/// The same questions to git, where there is one.
@Suite(.enabled(if: Git.isInstalled, "git is not installed")) struct GitComparisonTests {
    @Test func theCaseList() throws {
        let folder = try Git.repository()
        for test in IgnoreCase.all {
            for path in test.ignored + test.kept { folder.remove(String(path.prefix { $0 != "/" })) }
            for path in test.ignored + test.kept where !path.contains("//") {
                let answer = try Git.ignores(folder, test.file, path)
                #expect(
                    answer == test.ignored.contains(path),
                    "git about \(path) by \(test.file.debugDescription)")
            }
        }
    }

    @Test func randomPatterns() throws {
        let folder = try Git.repository()
        let names = ["a", "b", "ab", "a-b", "a.b", "[a]", "a!"]
        var paths: [String] = []
        for first in names {
            paths.append(first + "1")
            for second in names {
                paths.append("\(first)/\(second)1")
                paths.append("\(first)/\(second)/a")
            }
        }
        paths.forEach { folder.write($0) }
        let pieces = [
            "a", "b", "1", "*", "**", "?", "/", "/", "[ab]", "[!a]", "[a-b]", "[", "]", "\\", "!", "-", ".",
        ]
        var random = SplitMix(state: 42)
        for round in 0..<300 {
            let lines = (0..<3).map { _ in
                (0..<Int.random(in: 1...5, using: &random)).map { _ in
                    pieces.randomElement(using: &random) ?? ""
                }
                .joined()
            }
            if lines.contains(where: Self.hasLooseDoubleStar) { continue }
            let file = lines.joined(separator: "\n") + "\n"
            let theirs = try Git.ignored(folder, file, paths)
            let patterns = IgnorePattern.parse(file: Array(file.utf8))
            let ours = Set(paths.filter { IgnoreCase.ignores(patterns, $0) })
            let difference = ours.symmetricDifference(theirs).sorted()
            #expect(difference.isEmpty, "round \(round), \(file.debugDescription): differs on \(difference)")
        }
    }

    /// `a**/b`: gitignore(5) says that this is as `a*/b`; git itself forgets the `a` and takes it for `**/b`.
    private static func hasLooseDoubleStar(_ line: String) -> Bool {
        line.split(separator: "/").contains { $0.contains("**") && $0.contains { $0 != "*" } }
    }

    @Test func nestedFiles() throws {
        let folder = try Git.repository()
        let files = [
            ".gitignore": "*.log\n/top\nsub/x\n!keep.log\ndeep/**/z\n",
            "sub/.gitignore": "!*.log\n/y\ninner/\n*.tmp1\n", "sub/inner2/.gitignore": "*\n!a\n!.gitignore\n",
            "deep/.gitignore": "!z\nq/*.js\n",
        ]
        let paths = [
            "a.log", "keep.log", "top", "sub/top", "sub/x", "sub/sub/x", "sub/a.log", "sub/y", "sub/s/y",
            "sub/inner/a", "sub/inner2/a", "sub/inner2/b", "sub/inner2/c/a", "sub/a.tmp1", "a.tmp1", "deep/z",
            "deep/a/z", "deep/q/a.js", "deep/q/r/a.js", "deep/r/q/a.js",
        ]
        paths.forEach { folder.write($0) }
        for (name, text) in files { folder.write(name, text) }
        let watcher = FileWatcher(
            configuration: .init(roots: [folder.path]), logger: .init(label: "test"), onEvent: { _ in })
        try watcher.start()
        defer { watcher.stop() }
        let theirs = try Git.ignored(folder, nil, paths)
        for path in paths {
            #expect(watcher.isIgnored(folder(path), isDirectory: false) == theirs.contains(path), "\(path)")
        }
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

enum Git {
    static let isInstalled = (try? run(["--version"], in: "/", input: "")) != nil

    struct Failed: Error { var status: Int32 }

    static func repository() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        _ = try run(["init", "-q"], in: folder.path, input: "")
        // Rules of the user's own must not take part.
        _ = try run(["config", "core.excludesFile", "/dev/null"], in: folder.path, input: "")
        return folder
    }

    static func ignores(_ folder: TemporaryFolder, _ file: String, _ path: String) throws -> Bool {
        if path.hasSuffix("/") { folder.makeFolder(path) } else { folder.write(path) }
        defer { folder.remove(String(path.prefix { $0 != "/" })) }
        // With the slash, git would take the folder's content for what is asked about.
        let name = path.hasSuffix("/") ? String(path.dropLast()) : path
        return try !ignored(folder, file, [name]).isEmpty
    }

    /// Which of the paths git ignores; `file` replaces the top `.gitignore`.
    static func ignored(_ folder: TemporaryFolder, _ file: String?, _ paths: [String]) throws -> Set<String> {
        if let file { folder.write(".gitignore", file) }
        let output = try run(
            ["check-ignore", "--no-index", "-z", "--stdin"], in: folder.path,
            input: paths.map { $0 + "\0" }.joined())
        return Set(output.split(separator: "\0").map(String.init))
    }

    private static func run(_ arguments: [String], in folder: String, input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", folder] + arguments
        let (source, sink) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = sink
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Smaller than a pipe's buffer, so that this cannot block.
        source.fileHandleForWriting.write(Data(input.utf8))
        try source.fileHandleForWriting.close()
        let output = sink.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        // 1: none of the paths is ignored.
        guard process.terminationStatus <= 1 else { throw Failed(status: process.terminationStatus) }
        return String(decoding: output, as: UTF8.self)
    }
}
