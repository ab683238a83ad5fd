import ModuleProtocol

/// Links JavaScript modules as the browser client's `linker.js` does, for pages that ask for it: the text that runs
/// under a `data:` URL as it would under the module's own URL.
///
/// Byte for byte what the client makes of the same module, since pages keep both for their next visit. Only modules of
/// which that is certain without a URL parser are linked here, see ``canLink(_:imports:path:)``; the client links the
/// others. Pure and immutable, safe on any thread.
package struct ModuleLinker: Sendable {
    /// The client's `LINKED_FORM`: raised there when the same module is linked to another text than before.
    package static let form = 2
    /// The client's `LIMITS.dataURLBytes`: larger texts become `blob:` URLs.
    package static let dataURLBytes = 65_536

    /// A module as it is linked.
    package struct Linked: Sendable, Equatable {
        /// The module's URL.
        package var url: [UInt8]
        /// The text that runs.
        package var text: [UInt8]
        /// What the linker wrote, in the order of its places, so that the module's own text can be had back.
        package var changes: [Change]
    }

    /// A range of the linked text, and what stands there in the module's own.
    package struct Change: Sendable, Equatable {
        /// Byte range in the linked text.
        package var range: Range<Int>
        /// Bytes of the module.
        package var original: [UInt8]
    }

    /// Bytes of an origin; host names have 253 at most.
    private static let originBytes = 300

    /// The page's origin with a slash.
    private let site: [UInt8]

    /// - Parameter origin: The page's `location.origin`; `nil` is returned for what is none of HTTP.
    package init?(origin: String) {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: origin.hasPrefix), origin.utf8.count <= Self.originBytes
        else { return nil }
        let host = origin.utf8.dropFirst(scheme.utf8.count)
        guard !host.isEmpty, host.allSatisfy(PlainURL.isHostByte) else { return nil }
        site = Array(origin.utf8) + [UInt8(ascii: "/")]
    }

    /// Whether a module can be linked here: all that it names is resolved by joining paths, on a page without import maps.
    /// - Parameters:
    ///   - text: The module's bytes, valid UTF-8.
    ///   - imports: The module's imports.
    ///   - path: The module's path, which its imports are relative to.
    package static func canLink(
        _ text: UnsafeRawBufferPointer, imports: [ImportRecord], path: ModulePath
    ) -> Bool {
        guard PlainURL.isPath(path.string.utf8[...]) else { return false }
        for record in imports {
            guard record.type == nil else { return false }
            if let specifier = record.specifier, !PlainURL.isSpecifier(specifier) { return false }
        }
        if case .unknown = SourceMapComment(in: text) { return false }
        return true
    }

    /// Links a module.
    /// - Parameters:
    ///   - text: The module's bytes, valid UTF-8.
    ///   - imports: The module's imports, in the order of their ranges.
    ///   - path: The module's path; ``canLink(_:imports:path:)`` must have been granted for all three.
    package func link(
        _ text: UnsafeRawBufferPointer, imports: [ImportRecord], path: ModulePath
    ) -> Linked {
        let url = site + Array(path.string.utf8)
        let (edits, prologue) = plan(text, imports, url: url, path: path)
        var linked = Linked(url: url, text: [], changes: [])
        linked.text.reserveCapacity(text.count + 64 * edits.count + prologue.count + url.count + 16)
        // A byte order mark is one at the start alone, which a prologue may take; so is "#!".
        var from = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let isScript =
            from < text.count && text[from] == UInt8(ascii: "#")
            && from + 1 < text.count && text[from + 1] == UInt8(ascii: "!")
        let head = prologue + (isScript ? Array("//".utf8) : [])
        if from > 0 || !head.isEmpty { linked.append(head, insteadOf: text[..<from]) }
        for edit in edits {
            if edit.range.lowerBound > from {
                linked.text.append(contentsOf: text[from..<edit.range.lowerBound])
            }
            linked.append(edit.text, insteadOf: text[edit.range])
            from = edit.range.upperBound
        }
        linked.text.append(contentsOf: text[from...])
        linked.append(Array("\n//# sourceURL=".utf8) + url, insteadOf: text[..<0])
        return linked
    }

    private struct Edit {
        var range: Range<Int>
        var text: [UInt8]
    }

    /// What `planEdits` and `sourceMapEdits` of the client say.
    private func plan(
        _ text: UnsafeRawBufferPointer, _ imports: [ImportRecord], url: [UInt8], path: ModulePath
    ) -> (edits: [Edit], prologue: [UInt8]) {
        let base = Self.quoted(url)
        var edits: [Edit] = []
        var metas: [ImportRecord] = []
        for record in imports {
            let range = record.range
            switch record.kind {
            case .meta:
                metas.append(record)
            case .computed:
                if let keyword = record.keyword {
                    edits.append(
                        Edit(
                            range: keyword..<keyword + 6,
                            text: Array("__pitlane__.importer(".utf8) + base + ")".utf8))
                }
                let isCall = record.keyword != nil
                edits.append(
                    Edit(
                        range: range.lowerBound..<range.lowerBound,
                        text: Array((isCall ? "(" : "__pitlane__.resolve((").utf8)))
                edits.append(
                    Edit(
                        range: range.upperBound..<range.upperBound,
                        text: isCall ? Array(")".utf8) : Array("),".utf8) + base + ")".utf8))
            case .static, .dynamic:
                guard let target = record.specifier.flatMap({ PlainURL.resolve($0, from: path.string) })
                else {
                    continue
                }
                let address = Self.quoted(site + target)
                let isDynamic = record.kind == .dynamic
                edits.append(
                    Edit(
                        range: range,
                        text: isDynamic ? Array("__pitlane__.current(".utf8) + address + ")".utf8 : address))
            }
        }
        let isLiteral = metas.allSatisfy { MetaUse.keepsURL($0, in: text) }
        if isLiteral {
            edits += metas.filter { $0.property == .url }.map { Edit(range: $0.range, text: base) }
        }
        var prologue: [UInt8] = []
        if !isLiteral || metas.contains(where: { $0.property != .url }) {
            let mayBeHot = metas.contains { $0.property == .other } && MetaUse.namesHot(text)
            prologue =
                Array("__pitlane__.meta(import.meta,".utf8) + base + Array((mayBeHot ? ",0);" : ");").utf8)
        }
        // Stable, as JavaScript's: several may begin and end at one place.
        var sorted = edits.enumerated().sorted { left, right in
            (left.element.range.lowerBound, left.element.range.upperBound, left.offset)
                < (right.element.range.lowerBound, right.element.range.upperBound, right.offset)
        }.map(\.element)
        if case .relative(let range, let name) = SourceMapComment(in: text) {
            sorted.append(Edit(range: range, text: site + PlainURL.join(name, to: path.string)))
        }
        return (sorted, prologue)
    }

    private static func quoted(_ url: [UInt8]) -> [UInt8] {
        [UInt8(ascii: "\"")] + url + [UInt8(ascii: "\"")]
    }
}

extension ModuleLinker.Linked {
    fileprivate mutating func append(_ written: [UInt8], insteadOf original: Slice<UnsafeRawBufferPointer>) {
        changes.append(
            ModuleLinker.Change(range: text.count..<text.count + written.count, original: Array(original)))
        text.append(contentsOf: written)
    }
}
