import ModuleGraph
import ModuleLexer
import ModuleProtocol
import NIOCore

/// What a module imports, in the form that goes over the wire, and what it accepts.
struct ImportScan: Sendable {
    private(set) var records: [ImportRecord] = []
    private(set) var syntaxError: ModuleSyntaxError?
    /// What was found, for ``hotSource(links:)``.
    private var found = LexedModule()
    private let isStyleSheet: Bool

    /// Lexes JavaScript; other content imports nothing.
    init(content: ByteBuffer, contentType: String, base: ModulePath) {
        isStyleSheet = contentType == MIMEType.css
        guard MIMEType.isJavaScript(contentType) else { return }
        // withUnsafeReadableBytes carries no typed throws.
        let result = content.withUnsafeReadableBytes { bytes in
            Result { () throws(LexError) in try ModuleLexer.lex(bytes) }
        }
        switch result {
        case .success(let module):
            found = module
            records = content.withUnsafeReadableBytes { bytes in
                module.imports.map { ImportRecord($0, in: bytes, base: base) }
            }
        case .failure(let error):
            syntaxError = ModuleSyntaxError(message: error.message, line: error.line, column: error.column)
        }
    }

    /// What the module says about hot updates.
    /// - Parameter path: Where a specifier leads on every page, `nil` when that depends on the page.
    func hotSource(path: (String) -> ModulePath?) -> HotSource {
        var source = HotSource()
        source.isStyleSheet = isStyleSheet
        source.imports = found.imports.compactMap { item in
            guard let specifier = item.specifier else { return nil }
            let names: UsedNames =
                switch item.names {
                case .only(let names): .only(names)
                case .all: .all
                }
            return HotSource.Import(
                specifier: specifier, path: path(specifier), isDynamic: item.kind == .dynamicImport,
                names: names)
        }
        for accept in found.hotAccepts {
            switch accept.kind {
            case .own:
                source.acceptsItself = true
            case .dependencies:
                source.acceptedDependencies += accept.literals.map { ($0.value, path($0.value)) }
            case .exports:
                source.acceptedExports = (source.acceptedExports ?? []) + accept.literals.map(\.value)
            }
        }
        if let accepted = source.acceptedExports, exportsNothing(but: accepted) {
            source.acceptsItself = true
        }
        return source
    }
}

extension ImportScan {
    /// Whether all names that the module exports are known, and among these.
    private func exportsNothing(but names: [String]) -> Bool {
        found.exports.allSatisfy { names.contains($0.name) } && !found.imports.contains(where: \.isStar)
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
