import ModuleLexer
import ModuleProtocol
import NIOCore

/// What a module imports, in the form that goes over the wire.
struct ImportScan: Sendable {
    private(set) var records: [ImportRecord] = []
    private(set) var syntaxError: ModuleSyntaxError?

    /// Lexes JavaScript; other content imports nothing.
    init(content: ByteBuffer, contentType: String, base: ModulePath) {
        guard MIMEType.isJavaScript(contentType) else { return }
        // withUnsafeReadableBytes carries no typed throws.
        let result = content.withUnsafeReadableBytes { bytes in
            Result { () throws(LexError) in try ModuleLexer.lex(bytes) }
        }
        switch result {
        case .success(let module):
            records = content.withUnsafeReadableBytes { bytes in
                module.imports.map { ImportRecord($0, in: bytes, base: base) }
            }
        case .failure(let error):
            syntaxError = ModuleSyntaxError(message: error.message, line: error.line, column: error.column)
        }
    }
}

extension ImportRecord {
    fileprivate init(_ found: LexedImport, in source: UnsafeRawBufferPointer, base: ModulePath) {
        var property: MetaProperty?
        var keyword: Int?
        let kind: Kind
        switch found.kind {
        case .staticImport, .reExport: kind = .static
        case .dynamicImport: kind = .dynamic
        case .dynamicComputed:
            kind = .computed
            // A call with options, a deferred import or a comment in between is left to the browser.
            if found.phase == .evaluation, Self.isClosed(after: found.range.upperBound, in: source) {
                keyword = found.keyword
            }
        case .importMeta(let used):
            kind = .meta
            switch used {
            case .url: property = .url
            case .resolve: property = .resolve
            case .other: property = .other
            }
        }
        self.init(
            kind: kind, range: found.range, specifier: found.specifier,
            path: found.specifier.flatMap { base.resolving($0)?.string }, type: found.attributeType,
            property: property, keyword: keyword)
    }

    /// Whether nothing but white space stands between an argument and the closing parenthesis.
    private static func isClosed(after offset: Int, in source: UnsafeRawBufferPointer) -> Bool {
        source[offset...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ")")
    }
}
