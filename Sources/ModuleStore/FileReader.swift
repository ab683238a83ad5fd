import Glibc
import NIOCore

/// Reads files whole: what comes back was in the file at one moment.
enum FileReader {
    enum Failure: Error, Equatable {
        case missing
        /// A folder, pipe, socket or device.
        case notRegular
        case notPermitted
        case tooLarge(Int)
        /// It kept changing while it was read.
        case unstable
        case system(CInt)

        init(errno: CInt) {
            switch errno {
            // ELOOP: the canonical path has become a link since it was authorised.
            case ENOENT, ENOTDIR, ELOOP: self = .missing
            case EACCES, EPERM: self = .notPermitted
            case ENXIO, EISDIR: self = .notRegular
            // Somebody else's lease.
            case EAGAIN: self = .unstable
            default: self = .system(errno)
            }
        }
    }

    /// How long to wait for a writer to finish.
    struct Patience {
        /// How often the file is read at most.
        var attempts: Int
        /// Microseconds before the second attempt; doubles from attempt to attempt.
        var backoff: UInt32
        /// Nanoseconds after a file's last change from which on an open writer counts as done.
        var quiet = StoreLimits.settledAfterNanoseconds

        /// For a reported change: a further report follows when the writer goes on.
        static let event = Patience(
            attempts: StoreLimits.eventReadAttempts, backoff: StoreLimits.eventReadBackoffMicroseconds)
        /// For a request, whose answer must hold.
        static let request = Patience(
            attempts: StoreLimits.readAttempts, backoff: StoreLimits.readBackoffMicroseconds)
    }

    /// Reads a whole file.
    ///
    /// A change while reading is noticed by comparing `fstat` before and after. Time stamps stand still for up to a
    /// tick of the kernel's clock, and are set when a write begins, not when it ends. So a file that changed just
    /// now is read under a lease; where there is none, or a writer keeps the file open without end, it is read
    /// twice and compared.
    /// - Parameters:
    ///   - canonicalPath: An authorised path without links.
    ///   - limit: Bytes.
    ///   - patience: How long to wait for a writer.
    /// - Returns: The bytes, and a signature by which they can be recognised later; `nil` when the file is so young
    ///   that a further change might leave it the same.
    static func read(
        _ canonicalPath: String, limit: Int, patience: Patience
    ) throws(Failure) -> (content: ByteBuffer, signature: FileSignature?) {
        var backoff = patience.backoff
        for attempt in 1... {
            let isLast = attempt >= patience.attempts
            let result = try readOnce(
                canonicalPath, limit: limit, quiet: patience.quiet, ignoresWriter: isLast)
            if let result { return result }
            if isLast { break }
            usleep(backoff)
            backoff *= 2
        }
        throw .unstable
    }

    private static func readOnce(
        _ canonicalPath: String, limit: Int, quiet: Int64, ignoresWriter: Bool
    ) throws(Failure) -> (content: ByteBuffer, signature: FileSignature?)? {
        let file = try OpenFile(canonicalPath)
        var isLeased = false
        if try file.signature().isYounger(than: quiet) {
            switch file.leaseForReading() {
            case .granted: isLeased = true
            case .refused: if !ignoresWriter { return nil }
            case .unavailable: break
            }
        }
        let before = try file.signature()
        guard before.size <= limit else { throw .tooLarge(before.size) }
        // One byte more shows a file that has grown.
        let content = try file.read(upTo: before.size + 1)
        guard content.readableBytes == before.size else { return nil }
        if !isLeased, before.isYounger(than: StoreLimits.timestampTickNanoseconds) {
            guard try file.read(upTo: before.size + 1) == content else { return nil }
        }
        guard try file.signature() == before else { return nil }
        return (content, before.isYounger(than: StoreLimits.settledAfterNanoseconds) ? nil : before)
    }
}
