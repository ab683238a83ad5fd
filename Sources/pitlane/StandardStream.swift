import Foundation

/// Standard output or standard error, whose reader may be gone: what cannot be written is lost, not fatal.
struct StandardStream: Sendable {
    static let output = StandardStream(handle: .standardOutput)
    static let error = StandardStream(handle: .standardError)

    private let handle: FileHandle

    func write(_ text: String) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
