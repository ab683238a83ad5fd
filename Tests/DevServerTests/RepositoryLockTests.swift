import Foundation
import Testing

@testable import DevServer

@Suite("git's lock")
struct RepositoryLockTests {
    private func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("locks-\(UUID().uuidString)", isDirectory: true)
        for name in ["site/.git", "site/src/lib", "tree/src"] {
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        return folder
    }

    @Test("is found from folders inside a repository, each once, and counts while it is young")
    func folders() throws {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let site = folder.appendingPathComponent("site").path
        let locks = RepositoryLocks(folders: [site + "/src/lib", site, site + "/src"])
        let path = site + "/.git/index.lock"
        #expect(locks.paths == [path])
        #expect(!locks.areHeld())
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(locks.areHeld())
        let old = Date(timeIntervalSinceNow: -60 - Double(ServerLimits.repositoryLockSeconds))
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
        #expect(!locks.areHeld())
    }

    @Test("of a further work tree lies in the folder that its file names")
    func workTrees() throws {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let tree = folder.appendingPathComponent("tree")
        try Data("gitdir: ../site/.git/worktrees/tree\n".utf8).write(to: tree.appendingPathComponent(".git"))
        let locks = RepositoryLocks(folders: [tree.path + "/src"])
        #expect(
            locks.paths.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
                == [folder.path + "/site/.git/worktrees/tree/index.lock"])
        #expect(!locks.areHeld())
    }
}
