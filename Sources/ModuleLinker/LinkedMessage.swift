import ModuleProtocol
import NIOCore

/// Writes `module:linked`: three lines, in one pass over the modules.
struct LinkedMessage {
    /// Bytes that a module takes besides its URL and its text: punctuation of the import map.
    private static let punctuationBytes = 64

    private let site: [UInt8]
    private var message: ByteBuffer
    /// What the linker wrote in each module, so that its own text can be had back.
    private var changes: [UInt8] = [UInt8(ascii: "[")]

    /// The message.
    /// - Parameters:
    ///   - modules: Its modules.
    ///   - site: The page's origin with a slash.
    ///   - isForBlobs: Whether they are too large for `data:` URLs.
    ///   - id: The request's.
    static func encoded(_ modules: [LinkedModule], on site: [UInt8], isForBlobs: Bool, id: RequestID?)
        -> ByteBuffer
    {
        let head = ServerMessage.moduleLinked(
            paths: modules.map(\.module.path), hashes: modules.map(\.module.hash),
            bytes: modules.reduce(0) { $0 + $1.module.content.readableBytes }, isForBlobs: isForBlobs, id: id)
        var message = LinkedMessage(modules, on: site, headCount: head.count)
        message.message.writeBytes(head)
        message.message.writeStaticString("\n{\"imports\":{")
        for (index, module) in modules.enumerated() {
            if index > 0 {
                message.message.writeStaticString(",")
                message.changes.append(UInt8(ascii: ","))
            }
            message.add(module)
        }
        message.message.writeStaticString("}}\n{\"modules\":[")
        for (index, module) in modules.enumerated() {
            if index > 0 { message.message.writeStaticString(",") }
            message.message.writeBytes(module.module.entry.json)
        }
        message.message.writeStaticString("],\"changes\":")
        message.message.writeBytes(message.changes)
        message.message.writeStaticString("]}")
        return message.message
    }

    private init(_ modules: [LinkedModule], on site: [UInt8], headCount: Int) {
        self.site = site
        // Code becomes about a fifth longer by the escapes; the changes take about what the entries take.
        let expected = modules.reduce(headCount) { sum, module in
            sum + module.count + module.count / 3 + 2 * module.module.entry.json.count + site.count
                + Self.punctuationBytes
        }
        message = ByteBufferAllocator().buffer(capacity: expected)
    }

    /// Adds a module to the import map and to the changes.
    private mutating func add(_ linked: LinkedModule) {
        let module = linked.module
        let most =
            site.count + module.path.string.utf8.count + Self.punctuationBytes
            + EscapingWriter.mostBytes(for: linked.count)
        let site = site
        var changes = changes
        self.changes = []
        message.writeWithUnsafeMutableBytes(minimumWritableBytes: most) { memory in
            var writer = EscapingWriter(memory)
            writer.write("\"")
            site.withUnsafeBytes { writer.write($0) }
            writer.write(module.path.string)
            writer.write("\":\"data:text/javascript,")
            module.content.withUnsafeReadableBytes { text in
                Self.link(module, text, on: site, to: &writer, changes: &changes)
            }
            writer.write("\"")
            return writer.count
        }
        self.changes = changes
    }

    /// Writes the linked text with its escapes.
    private static func link(
        _ module: LinkableModule, _ text: UnsafeRawBufferPointer, on site: [UInt8],
        to writer: inout EscapingWriter, changes: inout [UInt8]
    ) {
        let plan = module.plan
        /// Place in the linked text.
        var place = 0
        var end = plan.replacedAtStart
        changes.append(UInt8(ascii: "["))
        let start = Wording.start(of: plan)
        if end > 0 || !start.isEmpty {
            for wording in start { place += writer.escape(wording, in: module, text, on: site) }
            changes.append(at: 0, count: place, original: text[..<end])
            changes.append(UInt8(ascii: ","))
        }
        for step in plan.steps {
            let kept = text[end..<step.range.lowerBound]
            writer.escape(UnsafeRawBufferPointer(rebasing: kept))
            place += kept.count
            let count = writer.escape(Wording(step), in: module, text, on: site)
            changes.append(at: place, count: count, original: text[step.range])
            changes.append(UInt8(ascii: ","))
            place += count
            end = step.range.upperBound
        }
        writer.escape(UnsafeRawBufferPointer(rebasing: text[end...]))
        place += text.count - end
        let count = writer.escape(Wording.end, in: module, text, on: site)
        changes.append(at: place, count: count, original: text[..<0])
        changes.append(UInt8(ascii: "]"))
    }
}

extension [UInt8] {
    /// One change as JSON: a range of the linked text, and what stands there in the module's own.
    fileprivate mutating func append(at place: Int, count: Int, original: Slice<UnsafeRawBufferPointer>) {
        append(UInt8(ascii: "["))
        appendJSON(place)
        append(UInt8(ascii: ","))
        appendJSON(count)
        append(UInt8(ascii: ","))
        appendJSON(utf8: UnsafeRawBufferPointer(rebasing: original))
        append(UInt8(ascii: "]"))
    }
}

extension EscapingWriter {
    /// - Returns: How long it is without the escapes.
    fileprivate mutating func escape(
        _ wording: Wording, in module: LinkableModule, _ text: UnsafeRawBufferPointer, on site: [UInt8]
    ) -> Int {
        escape(wording.before)
        if let path = wording.path {
            site.withUnsafeBytes { escape($0) }
            switch path {
            case .ownPath: escape(module.path.string)
            case .joined(let kept, let range):
                escape(module.path.string, first: kept)
                escape(UnsafeRawBufferPointer(rebasing: text[range]))
            case .spelled(let path):
                path.withUnsafeBytes { escape($0) }
            }
        }
        escape(wording.after)
        return wording.count(in: module, on: site)
    }
}
