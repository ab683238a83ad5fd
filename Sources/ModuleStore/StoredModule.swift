import ModuleLinker
import ModuleProtocol
import NIOConcurrencyHelpers
import NIOCore
import WebSocketDeflate

/// In which form a module goes to a client.
package enum ModuleForm: Sendable, Hashable, CaseIterable {
    /// `module:response`, a text frame.
    case response
    /// A pack of one module, a binary frame.
    case pack
}

/// One version of one module: immutable content, and the frames made of it, each once.
///
/// Safe on any thread. Making a frame takes time in proportion to the content; ``ModuleStore`` does it on its
/// thread pool before it hands a module to an event loop.
package final class StoredModule: Sendable {
    /// The module's path.
    package let path: ModulePath
    /// The content's hash.
    package let hash: String
    /// The module's bytes.
    package let content: ByteBuffer
    /// The media type, lower case, without parameters.
    package let contentType: String
    /// Where the content came from.
    package let source: ModuleSource
    /// The file's real path; `nil` when it came from the upstream.
    package let canonicalFile: String?
    /// Whether the content is valid UTF-8.
    package let isUTF8: Bool
    /// What its relative imports are resolved against: another path than its own after a redirect.
    package let base: ModulePath

    private let frames = NIOLockedValueBox(Frames())

    /// The content's length in bytes.
    package var size: Int { content.readableBytes }

    /// Whether the content may go into a text frame.
    package var isText: Bool { isUTF8 && MIMEType.isModule(contentType) && contentType != MIMEType.wasm }

    init(
        path: ModulePath, hash: String, content: ByteBuffer, contentType: String, source: ModuleSource,
        canonicalFile: String?, base: ModulePath? = nil
    ) {
        self.path = path
        self.hash = hash
        self.content = content
        self.contentType = contentType
        self.source = source
        self.canonicalFile = canonicalFile
        self.base = base ?? path
        isUTF8 = content.withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { UTF8Check.isValid($0) }
        }
    }

    /// The message that answers a request, with the request's `id`.
    ///
    /// Makes the frame if ``ModuleStore`` has not yet; its deflated body is there once it has been made in the
    /// background.
    /// - Parameters:
    ///   - form: Text or binary.
    ///   - id: The request's.
    /// - Throws: ``ModuleError`` with ``ErrorCode/notText`` when the form is ``ModuleForm/response`` and the
    ///   content is not text.
    package func message(_ form: ModuleForm, id: RequestID?) throws(ModuleError) -> OutboundMessage {
        try prepare(form)
        let frame = frames.withLockedValue { $0[form] }
        guard let frame else { preconditionFailure("a frame stays once it is made") }
        let prefix: [UInt8]
        if let part = frame.part {
            let closing = Pack.headerClosing(last: true, modules: [part.entry])
            prefix = Pack.opening(id: id, closingCount: closing.count) + closing
        } else {
            prefix = ServerMessage.openBrace(id: id)
        }
        return OutboundMessage(
            kind: form == .response ? .text : .binary, prefix: ByteBuffer(bytes: prefix), body: frame.body,
            deflatedBody: frame.deflatedBody)
    }

    /// The module's part of packs, made once.
    package func packPart() -> PackPart {
        // Only a text frame can fail to be made.
        _ = try? prepare(.pack)
        guard let part = frames.withLockedValue({ $0.pack?.part }) else {
            preconditionFailure("the part of a pack can be made of any module")
        }
        return PackPart(module: self, entry: part.entry, links: part.links)
    }

    /// Where its imports lead; `nil` before its part of packs is made, without which nobody links it.
    var links: ModuleLinks? { frames.withLockedValue { $0.pack?.part?.links } }

    /// The content as `MessageDeflater` made it; `nil` when it is not compressed yet or not worth it.
    var deflatedContent: ByteBuffer? { frames.withLockedValue { $0.pack?.deflatedBody } }

    /// The module's imports, lexed anew at each call: they are seldom asked for and take much memory.
    ///
    /// Empty for anything but JavaScript, and for JavaScript that cannot be lexed: then there is a syntax error.
    package func imports() -> (records: [ImportRecord], syntaxError: ModuleSyntaxError?) {
        let found = ImportScan(content: content, contentType: contentType, base: base)
        return (found.records, found.syntaxError)
    }

    /// The module's pack entry with imports that lead elsewhere than their specifiers say by themselves.
    /// - Parameter resolve: What a specifier leads to.
    func packEntry(resolving resolve: (String) -> ModulePath?) -> EncodedPackEntry {
        var (records, syntaxError) = imports()
        for index in records.indices {
            guard let specifier = records[index].specifier else { continue }
            records[index].path = resolve(specifier)?.string
        }
        return packEntry(imports: records, syntaxError: syntaxError)
    }

    private func packEntry(
        imports: [ImportRecord], syntaxError: ModuleSyntaxError?
    ) -> EncodedPackEntry {
        PackEntry(
            path: path, hash: hash, length: size, contentType: contentType, source: source,
            imports: imports, syntaxError: syntaxError, base: base == path ? nil : base
        ).encoded
    }
}

// MARK: - Frames

extension StoredModule {
    struct Frame {
        /// For packs: the content, shared with the module.
        var body: ByteBuffer
        /// For packs: what stands for the module in the header.
        var part: (entry: EncodedPackEntry, links: ModuleLinks)?
        var deflatedBody: ByteBuffer?
        /// Whether compressing was begun; also set when it is not worth it.
        var isDeflateClaimed = false
    }

    struct Frames {
        var response: Frame?
        var pack: Frame?

        subscript(form: ModuleForm) -> Frame? {
            get { form == .response ? response : pack }
            set {
                if form == .response { response = newValue } else { pack = newValue }
            }
        }
    }

    /// Bytes in memory: content and frames.
    var cost: Int {
        frames.withLockedValue { frames in
            var bytes = StoreLimits.entryOverheadBytes + content.readableBytes
            for form in ModuleForm.allCases {
                guard let frame = frames[form] else { continue }
                bytes += frame.deflatedBody?.readableBytes ?? 0
                bytes += frame.part.map { $0.entry.json.count + $0.links.cost } ?? frame.body.readableBytes
            }
            return bytes
        }
    }

    func isPrepared(_ form: ModuleForm) -> Bool { frames.withLockedValue { $0[form] != nil } }

    /// Makes a frame if there is none.
    /// - Returns: Whether one was made, so that the module takes more memory than before.
    @discardableResult
    func prepare(_ form: ModuleForm) throws(ModuleError) -> Bool {
        if isPrepared(form) { return false }
        let frame: Frame
        switch form {
        case .response: frame = try makeResponse()
        case .pack: frame = makePack()
        }
        // Two threads may make the same frame; the first one stays.
        return frames.withLockedValue { frames in
            guard frames[form] == nil else { return false }
            frames[form] = frame
            return true
        }
    }

    /// Lets one caller compress a frame: true for the first one, if it is worth it.
    func claimDeflate(_ form: ModuleForm) -> Bool {
        frames.withLockedValue { frames in
            guard let frame = frames[form], !frame.isDeflateClaimed else { return false }
            frames[form]?.isDeflateClaimed = true
            return frame.body.readableBytes >= StoreLimits.smallestDeflateBytes
        }
    }

    /// Compresses a frame whose ``claimDeflate(_:)`` was granted.
    func deflate(_ form: ModuleForm, with deflater: MessageDeflater) {
        guard let body = frames.withLockedValue({ $0[form]?.body }) else { return }
        let deflated = deflater.deflate(body)
        guard deflated.readableBytes < body.readableBytes else { return }
        let kept = ExactBuffer.copy(deflated)
        frames.withLockedValue { $0[form]?.deflatedBody = kept }
    }

    private func makeResponse() throws(ModuleError) -> Frame {
        guard isText else {
            let what =
                MIMEType.isModule(contentType) && contentType != MIMEType.wasm
                ? "is not valid UTF-8" : "is of the type \(contentType)"
            throw ModuleError(
                .notText, path: path.string,
                message: "\"\(path.string)\" \(what), which a text frame cannot carry. "
                    + #"Ask for it with "binary": true, or over HTTP."#)
        }
        let body = content.withUnsafeReadableBytes { bytes in
            ServerMessage.moduleResponseBody(
                path: path, hash: hash, content: bytes, contentType: contentType, source: source)
        }
        return Frame(body: ByteBuffer(bytes: body))
    }

    private func makePack() -> Frame {
        let scan = ImportScan(content: content, contentType: contentType, base: base)
        return Frame(
            body: content,
            part: (
                packEntry(imports: scan.records, syntaxError: scan.syntaxError),
                ModuleLinks(scan, base: base, plan: plan(scan))
            ))
    }

    private func plan(_ scan: ImportScan) -> LinkPlan? {
        guard MIMEType.isJavaScript(contentType), scan.syntaxError == nil, isUTF8, base == path else {
            return nil
        }
        return content.withUnsafeReadableBytes { LinkPlan($0, imports: scan.records, path: path) }
    }
}
