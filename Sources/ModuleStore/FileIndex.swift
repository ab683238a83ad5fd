import ModuleProtocol

/// What clients may believe of every file: the hash that was last announced or taken as a baseline.
///
/// Lives behind a lock. Kept apart from the cache, whose entries come and go with memory.
struct FileIndex: Sendable {
    struct Known: Sendable, Equatable {
        var hash: String
        var size: Int
        /// `nil` when the file was too young to be recognised by it.
        var signature: FileSignature?
        /// Whether somebody was given bytes with another hash, so that even a return to `hash` is news.
        var hasDiverged = false
        /// Whether somebody was given these bytes before the watcher's report of them came: it is news to the others.
        var isUntold = false
    }

    /// How far the baseline has come.
    enum Progress: Sendable, Equatable {
        case notStarted
        case running
        /// Whether every file was seen.
        case finished(complete: Bool)
    }

    var progress = Progress.notStarted
    /// When watching began, by the clock of time stamps; `nil` when nobody watches.
    ///
    /// Of what changed since, a report is due.
    var watchedSince: Int64?
    private var files: [ByteKey: Known] = [:]
    /// Files that the baseline left out: too large ones as they looked, and those of which a report is due.
    private var passedOver: [ByteKey: FileSignature?] = [:]

    var count: Int { files.count }

    var paths: [String] { files.keys.map(\.text) }

    var isComplete: Bool { progress == .finished(complete: true) }

    subscript(canonicalPath: String) -> Known? {
        get { files[ByteKey(canonicalPath)] }
        set {
            files[ByteKey(canonicalPath)] = newValue
            passedOver[ByteKey(canonicalPath)] = nil
        }
    }

    /// Whether a file of which nothing is known was there when the baseline was taken.
    func isPassedOver(_ canonicalPath: String) -> Bool { passedOver[ByteKey(canonicalPath)] != nil }

    /// Whether such a file still is as it was, although its bytes are not known.
    func isUntouched(_ canonicalPath: String, _ signature: FileSignature) -> Bool {
        passedOver[ByteKey(canonicalPath)] == .some(.some(signature))
    }

    /// Leaves a file out of the baseline, unless something is known of it.
    /// - Parameter signature: How it looks; `nil` when a report of it is due.
    mutating func passOver(_ canonicalPath: String, _ signature: FileSignature? = nil) {
        if files[ByteKey(canonicalPath)] == nil {
            passedOver[ByteKey(canonicalPath)] = .some(signature)
        }
    }

    /// Takes the bytes that the first walk found, unless more is known already.
    mutating func addBaseline(_ canonicalPath: String, _ known: Known) {
        if files[ByteKey(canonicalPath)] == nil { files[ByteKey(canonicalPath)] = known }
    }

    /// Takes note of what a client is given.
    /// - Returns: Whether nothing was known of the file before.
    mutating func noteServed(_ canonicalPath: String, _ known: Known) -> Bool {
        let key = ByteKey(canonicalPath)
        guard var current = files[key] else {
            files[key] = known
            passedOver[key] = nil
            return true
        }
        if current.hash == known.hash {
            current.signature = known.signature
        } else {
            current.hasDiverged = true
        }
        files[key] = current
        return false
    }

    /// Takes back what ``noteServed(_:_:)`` added, unless more has been learnt since.
    mutating func withdraw(_ canonicalPath: String, hash: String) {
        if files[ByteKey(canonicalPath)]?.hash == hash { files[ByteKey(canonicalPath)] = nil }
    }

    /// Everything below a folder.
    func paths(below folder: String) -> [String] {
        let prefix = folder == "/" ? "/" : folder + "/"
        return files.keys.lazy.map(\.text).filter { $0.utf8.starts(with: prefix.utf8) }
    }

    func forEach(_ body: (String, Known) -> Void) {
        for (key, known) in files { body(key.text, known) }
    }
}
