import Foundation

/// A folder for one test, removed at its end.
final class TemporaryFolder: Sendable {
    /// Without symbolic links.
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pitlane-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        guard let resolved = realpath(url.path, nil) else { throw CocoaError(.fileNoSuchFile) }
        defer { free(resolved) }
        path = String(cString: resolved)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func url(_ name: String) -> URL { URL(fileURLWithPath: path + "/" + name) }

    /// Writes a file in place, with the folders it needs.
    @discardableResult
    func write(_ name: String, _ content: some Sequence<UInt8>) throws -> String {
        try makeFolder(name.split(separator: "/").dropLast().joined(separator: "/"))
        try Data(content).write(to: url(name))
        return path + "/" + name
    }

    func read(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

    @discardableResult
    func write(_ name: String, _ content: String) throws -> String { try write(name, content.utf8) }

    /// Writes a file as editors do: beside it, then renamed over it.
    func replace(_ name: String, _ content: String) throws {
        try write(name + ".new", content)
        guard rename(path + "/" + name + ".new", path + "/" + name) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(at: url(name), withIntermediateDirectories: true)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: url(name)) }

    /// Sets a file's times back, so that it counts as long settled.
    func age(_ name: String) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3_600)], ofItemAtPath: path + "/" + name)
    }
}
