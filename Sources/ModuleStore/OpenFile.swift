import Glibc
import NIOCore

/// An open regular file, closed at the end of its life.
struct OpenFile: ~Copyable {
    private(set) var descriptor: CInt

    /// Opens a file without ever waiting for the other end of a pipe.
    init(_ canonicalPath: String) throws(FileReader.Failure) {
        descriptor = open(canonicalPath, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
        guard descriptor >= 0 else {
            let code = errno
            throw FileReader.Failure(errno: code)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Keeps others from opening the file for writing until the file is closed; they wait meanwhile.
    ///
    /// A read lease (fcntl(2), Linux) is granted only while nobody has the file open for writing, so what is read
    /// under it is nobody's half-finished work.
    borrowing func leaseForReading() -> Lease {
        // Who opens the file for writing meanwhile makes the kernel send a signal: one that is ignored by default,
        // unlike SIGIO.
        guard fcntl(descriptor, Self.setSignal, SIGURG) == 0 else { return .unavailable }
        if fcntl(descriptor, Self.setLease, CInt(F_RDLCK)) == 0 { return .granted }
        return errno == EAGAIN ? .refused : .unavailable
    }

    enum Lease {
        case granted
        /// Somebody has the file open for writing.
        case refused
        /// The file system has no leases, or the file belongs to somebody else.
        case unavailable
    }

    /// `F_SETSIG` and `F_SETLEASE`, which the C library shows only with extensions switched on.
    private static let setSignal: CInt = 10
    private static let setLease: CInt = 1_024

    /// Hands the descriptor over to a new owner, who closes it.
    consuming func release() -> CInt {
        let released = descriptor
        discard self
        return released
    }

    borrowing func signature() throws(FileReader.Failure) -> FileSignature {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileReader.Failure(errno: errno) }
        guard FileKind(status) == .regular else { throw .notRegular }
        return FileSignature(status)
    }

    /// Reads up to `count` bytes from the start; fewer when the file ends before.
    borrowing func read(upTo count: Int) throws(FileReader.Failure) -> ByteBuffer {
        let descriptor = descriptor
        return try ExactBuffer.make(capacity: count) { space throws(FileReader.Failure) in
            var offset = 0
            while offset < count {
                let got = pread(descriptor, space.baseAddress! + offset, count - offset, off_t(offset))
                if got < 0 {
                    let code = errno
                    if code == EINTR { continue }
                    throw FileReader.Failure(errno: code)
                }
                if got == 0 { break }
                offset += got
            }
            return offset
        }
    }
}

extension OpenFile {
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
