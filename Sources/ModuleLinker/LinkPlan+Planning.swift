import ModuleProtocol

extension LinkPlan {
    /// Plans what `planEdits` and `sourceMapEdits` of the client do.
    ///
    /// Takes time in proportion to the text where it uses `import.meta`, otherwise to its imports.
    /// - Parameters:
    ///   - text: The module's bytes, valid UTF-8.
    ///   - imports: The module's imports.
    ///   - path: The module's path, which its imports are relative to.
    /// - Returns: `nil` where only a browser can tell: not all that the module names is resolved by joining paths, on a page
    ///   without import maps.
    package init?(_ text: UnsafeRawBufferPointer, imports: [ImportRecord], path: ModulePath) {
        guard PlainURL.isPath(path.string.utf8[...]) else { return nil }
        var steps: [Step] = []
        var metas: [ImportRecord] = []
        for record in imports {
            guard record.type == nil else { return nil }
            switch record.kind {
            case .meta:
                metas.append(record)
            case .computed:
                steps += Self.computed(record)
            case .static, .dynamic:
                guard let specifier = record.specifier else { continue }
                switch PlainURL.reading(of: specifier) {
                case .joined:
                    let target = Self.target(specifier, literal: text[record.range], path: path)
                    let written: Written = record.kind == .dynamic ? .current(target) : .url(target)
                    steps.append(Step(range: record.range, written: written))
                case .unchanged:
                    break
                case .unknown:
                    return nil
                }
            }
        }
        let isLiteral = metas.allSatisfy { MetaUse.keepsURL($0, in: text) }
        if isLiteral {
            steps += metas.filter { $0.property == .url }.map { Step(range: $0.range, written: .ownURL) }
        }
        // Stable, as JavaScript's: several may begin and end at one place.
        var sorted = steps.enumerated().sorted { left, right in
            (left.element.range.lowerBound, left.element.range.upperBound, left.offset)
                < (right.element.range.lowerBound, right.element.range.upperBound, right.offset)
        }.map(\.element)
        switch SourceMapComment(in: text) {
        case .none:
            break
        case .relative(let range, let name):
            let (kept, skipped) = PlainURL.joint(of: name, with: path.string)
            sorted.append(
                Step(range: range, written: .sourceMap(.joined(keeping: kept, skipping: skipped))))
        case .unknown:
            return nil
        }
        let start = text.dropFirst(text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
        self.init(
            hasMark: start.startIndex > 0, isScript: start.starts(with: "#!".utf8),
            meta: Self.meta(metas, isLiteral: isLiteral, in: text), steps: sorted)
    }

    /// - Parameter literal: How the specifier is written, with its quotes.
    private static func target(
        _ specifier: String, literal: Slice<UnsafeRawBufferPointer>, path: ModulePath
    ) -> Target {
        let (kept, skipped) = PlainURL.joint(of: specifier, with: path.string)
        if literal.dropFirst().dropLast().elementsEqual(specifier.utf8) {
            return .joined(keeping: kept, skipping: skipped)
        }
        return .spelled(Array(path.string.utf8.prefix(kept)) + specifier.utf8.dropFirst(skipped))
    }

    private static func computed(_ record: ImportRecord) -> [Step] {
        let before = record.range.lowerBound..<record.range.lowerBound
        let behind = record.range.upperBound..<record.range.upperBound
        guard let keyword = record.keyword else {
            return [
                Step(range: before, written: .resolveOpening), Step(range: behind, written: .resolveClosing),
            ]
        }
        return [
            Step(range: keyword..<keyword + "import".utf8.count, written: .importer),
            Step(range: before, written: .openingParenthesis),
            Step(range: behind, written: .closingParenthesis),
        ]
    }

    private static func meta(
        _ metas: [ImportRecord], isLiteral: Bool, in text: UnsafeRawBufferPointer
    ) -> Meta {
        guard !isLiteral || metas.contains(where: { $0.property != .url }) else { return .nothing }
        return metas.contains { $0.property == .other } && MetaUse.namesHot(text) ? .hotCall : .call
    }
}
