import ModuleProtocol
import NIOCore

/// A file for the HTTP route: authorised, with everything its headers need.
package struct ServedFile: Sendable {
    /// Where the bytes are.
    package enum Body: Sendable {
        /// In memory, read at one moment.
        case bytes(ByteBuffer)
        /// In an open file, too large for memory; closed when the owner goes.
        case handle(OpenFileHandle)
    }

    /// The file's module path, with `index.html` where a folder was asked for.
    package let path: ModulePath
    /// The media type for the `Content-Type` header.
    package let contentType: String
    /// SHA-256 prefix of the bytes.
    package let hash: String
    /// Length in bytes.
    package let size: Int
    /// Where the bytes are.
    package let body: Body
    /// The file's real path.
    package let canonicalFile: String

    /// The strong entity tag with its quotes (RFC 9110 section 8.8.3).
    package var etag: String { "\"\(hash)\"" }
}

/// An open file descriptor, closed when the last owner is gone.
package final class OpenFileHandle: Sendable {
    /// For reading; not to be closed.
    package let handle: NIOFileHandle

    init(descriptor: CInt) { handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor) }

    deinit { try? handle.close() }
}

/// What an HTTP path names on disk.
package enum FileLookup: Sendable {
    /// A file to send.
    case file(ServedFile)
    /// A folder with an index, asked for without its trailing slash: the percent-encoded path and query to
    /// redirect to.
    case redirect(String)
}
