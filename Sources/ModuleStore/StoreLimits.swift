/// Every bound of the module store; the wire protocol's own are in `ProtocolLimits`.
package enum StoreLimits {
    /// Bytes of modules and their finished frames kept in memory when nothing else is said.
    package static let cacheBytes = 256 << 20
    /// Bytes of a file that is kept in memory although it is no module, such as an image.
    package static let cachedAssetBytes = 1 << 20
    /// Bytes an entry costs besides its content and frames.
    static let entryOverheadBytes = 512
    /// Frames up to this size are compressed before their first answer; larger ones after it.
    static let promptDeflateBytes = 256 << 10
    /// Frames below this size are not compressed.
    static let smallestDeflateBytes = 128
    /// zlib's level for what is compressed once and sent often.
    static let deflateLevel = 6

    /// Times a file is read for a request while somebody is writing it: some 60 ms.
    static let readAttempts = 8
    /// Microseconds before the second read; doubles from try to try.
    static let readBackoffMicroseconds: UInt32 = 500
    /// Times a file is read for a reported change while somebody is writing it: some 0.75 ms.
    static let eventReadAttempts = 5
    /// Microseconds before the second of these reads; doubles from try to try.
    static let eventReadBackoffMicroseconds: UInt32 = 50
    /// A file changed less than this ago may change again within one tick of its time stamp.
    static let timestampTickNanoseconds: Int64 = 20_000_000
    /// A file whose time stamp is younger than this when read is read again rather than trusted.
    static let settledAfterNanoseconds: Int64 = 1_000_000_000
    /// Times an empty file is read again before a request, in case somebody is about to write it.
    static let emptyReadAttempts = 6
    /// Microseconds between them.
    static let emptyReadDelayMicroseconds: UInt32 = 10_000
    /// Times a load starts again because a change was reported meanwhile.
    static let loadAttempts = 4
    /// Bytes hashed at once of a file too large for memory.
    static let hashChunkBytes = 1 << 20
    /// Paths of which is kept whether the upstream rewrites their file.
    static let comparisons = 20_000
    /// Versions that are no longer current of which is kept what they import and accept.
    static let earlierVersions = 20_000
    /// Imports of these versions altogether.
    static let earlierImports = 200_000
    /// Hashes kept of files too large for memory.
    static let largeFileHashes = 256

    /// Modules up to this size are sent whole when they change.
    package static let deltaBytes = 64 << 10
    /// Bytes of earlier versions that are kept for deltas, of all modules together.
    package static let deltaBaseBytes = 64 << 20
    /// Pieces of one text that are compared for a delta; of a longer text only both ends are.
    static let deltaPieces = 400_000
    /// Places of equal pieces that are tried for the longest match.
    static let deltaCandidates = 8
    /// From here on a line is cut into pieces behind punctuation: minified code has few lines.
    static let deltaLineBytes = 128
    /// Shorter matches are not worth a copy.
    static let deltaMatchBytes = 32

    /// Files the baseline of hashes covers.
    package static let indexedFiles = 50_000
    /// Bytes of a file the baseline covers.
    package static let indexedFileBytes = 4 << 20
    /// Bytes read for the baseline altogether.
    package static let indexedTotalBytes = 512 << 20
    /// Depth of folders that are walked.
    package static let folderDepth = 64
}
