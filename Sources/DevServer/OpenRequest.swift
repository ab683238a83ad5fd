import ModuleProtocol
import NIOCore

/// The body of a `POST /@pitlane/api/open`: a place in a module.
struct OpenRequest: Equatable {
    /// The module's path, as the page wrote it.
    var path: String
    /// Counted from 1.
    var line = 1
    /// Counted from 1.
    var column = 1

    /// Lines and columns beyond this are nobody's.
    static let maximumNumber = 100_000_000

    /// Decodes a body.
    /// - Throws: ``ModuleError`` with code `bad_request`.
    init(decoding body: ByteBuffer) throws(ModuleError) {
        let result = body.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONScanner.Failure) in try Self(scanning: bytes) }
        }
        do throws(JSONScanner.Failure) {
            self = try result.get()
        } catch {
            throw ModuleError(
                .badRequest,
                message: "The body cannot be used: \(error.reason) at byte \(error.offset). "
                    + #"Send {"path": "lib/a.mjs", "line": 1, "column": 1}."#)
        }
    }

    private init(scanning bytes: UnsafeRawBufferPointer) throws(JSONScanner.Failure) {
        var scanner = JSONScanner(bytes)
        var path: String?
        var line = 1
        var column = 1
        try scanner.scanObject { key, value, scanner throws(JSONScanner.Failure) in
            switch try scanner.decode(key) {
            case "path":
                guard value.kind == .string else { throw scanner.notText(value) }
                path = try scanner.decode(value)
            case "line":
                line = try Self.number(value, scanner)
            case "column":
                column = try Self.number(value, scanner)
            default: break
            }
        }
        guard let path else { throw JSONScanner.Failure(reason: #"there is no "path""#, offset: bytes.count) }
        self.path = path
        self.line = line
        self.column = column
    }

    private static func number(
        _ value: JSONScanner.Value, _ scanner: JSONScanner
    ) throws(JSONScanner.Failure) -> Int {
        if value.kind == .null { return 1 }
        guard value.kind == .number, let number = Int(scanner.rawText(value)),
            (0...maximumNumber).contains(number)
        else {
            throw JSONScanner.Failure(
                reason: "\(value.kind.name) that is no line or column", offset: value.range.lowerBound)
        }
        return max(number, 1)
    }
}
