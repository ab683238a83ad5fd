import Foundation

/// A folder of its own for one test, removed when released.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/pitlane-watcher-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            fatalError("no temporary folder: \(String(cString: strerror(errno)))")
        }
        let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path =
            realpath(made, nil).map { pointer in
                defer { free(pointer) }
                return String(cString: pointer)
            } ?? made
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    func write(_ name: String, _ text: String = "x") {
        let file = self(name)
        let folder = (file as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { fatalError("cannot write \(file): \(String(cString: strerror(errno)))") }
        _ = Foundation.write(descriptor, text, text.utf8.count)
        close(descriptor)
    }

    func makeFolder(_ name: String) {
        try? FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    }

    func remove(_ name: String) { try? FileManager.default.removeItem(atPath: self(name)) }
}
