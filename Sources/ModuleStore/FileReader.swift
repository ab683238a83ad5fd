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
            default: self = .system(errno)
            }
        }
    }

    /// An open regular file, closed at the end of its life.
    struct OpenFile: ~Copyable {
        private(set) var descriptor: CInt

        /// Opens a file without ever waiting for the other end of a pipe.
        init(_ canonicalPath: String) throws(Failure) {
            descriptor = open(canonicalPath, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
            guard descriptor >= 0 else {
                let code = errno
                // O_NOFOLLOW: the descriptor is none, and deinit must not close it.
                throw Failure(errno: code)
            }
        }

        deinit { if descriptor >= 0 { close(descriptor) } }

        /// Hands the descriptor over to a new owner, who closes it.
        consuming func release() -> CInt {
            let released = descriptor
            discard self
            return released
        }

        borrowing func signature() throws(Failure) -> FileSignature {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw Failure(errno: errno) }
            guard FileKind(status) == .regular else { throw .notRegular }
            return FileSignature(status)
        }

        /// Reads up to `count` bytes from the start; fewer when the file ends before.
        borrowing func read(upTo count: Int) throws(Failure) -> ByteBuffer {
            var buffer = ByteBufferAllocator().buffer(capacity: count)
            while buffer.readableBytes < count {
                let offset = buffer.readableBytes
                var failure: CInt = 0
                let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count - offset) { space in
                    let result = pread(descriptor, space.baseAddress, count - offset, off_t(offset))
                    if result < 0 { failure = errno }
                    return max(result, 0)
                }
                if failure == EINTR { continue }
                guard failure == 0 else { throw Failure(errno: failure) }
                if got == 0 { break }
            }
            return buffer
        }
    }

    /// Reads a whole file.
    ///
    /// A change while reading is noticed by comparing `fstat` before and after. Time stamps stand still for up to a
    /// tick of the kernel's clock, so a file that changed only just now is read twice and compared.
    /// - Parameters:
    ///   - canonicalPath: An authorised path without links.
    ///   - limit: Bytes.
    ///   - settles: Whether to wait a little between the two reads of a file that changed only just now.
    /// - Returns: The bytes, and a signature by which they can be recognised later; `nil` when the file is so young
    ///   that a further change might leave it the same.
    static func read(
        _ canonicalPath: String, limit: Int, settles: Bool
    ) throws(Failure) -> (content: ByteBuffer, signature: FileSignature?) {
        var backoff = StoreLimits.readBackoffMicroseconds
        for attempt in 1... {
            if let result = try readOnce(canonicalPath, limit: limit, settles: settles) { return result }
            guard attempt < StoreLimits.readAttempts else { break }
            usleep(backoff)
            backoff *= 2
        }
        throw .unstable
    }

    private static func readOnce(
        _ canonicalPath: String, limit: Int, settles: Bool
    ) throws(Failure) -> (content: ByteBuffer, signature: FileSignature?)? {
        let file = try OpenFile(canonicalPath)
        let before = try file.signature()
        guard before.size <= limit else { throw .tooLarge(before.size) }
        // One byte more shows a file that has grown.
        let content = try file.read(upTo: before.size + 1)
        guard content.readableBytes == before.size else { return nil }
        if before.isYounger(than: StoreLimits.timestampTickNanoseconds) {
            if settles { usleep(StoreLimits.settleMicroseconds) }
            guard try file.read(upTo: before.size + 1) == content else { return nil }
        }
        guard try file.signature() == before else { return nil }
        return (content, before.isYounger(than: StoreLimits.settledAfterNanoseconds) ? nil : before)
    }
}

extension FileReader.OpenFile {
    /// Hashes a file too large for memory; `nil` when it does not have `count` bytes.
    borrowing func hash(count: Int) throws(FileReader.Failure) -> String? {
        let stream = ContentHash.Stream()
        let chunk = UnsafeMutableRawBufferPointer.allocate(
            byteCount: StoreLimits.hashChunkBytes, alignment: 16)
        defer { chunk.deallocate() }
        var offset = 0
        while true {
            let got = pread(descriptor, chunk.baseAddress, chunk.count, off_t(offset))
            if got < 0 {
                let code = errno
                if code == EINTR { continue }
                throw FileReader.Failure(errno: code)
            }
            if got == 0 { break }
            stream.update(UnsafeRawBufferPointer(rebasing: chunk[0..<got]))
            offset += got
        }
        return offset == count ? stream.finish() : nil
    }
}
