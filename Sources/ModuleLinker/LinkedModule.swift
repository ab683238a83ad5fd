import ModuleProtocol

/// A module and how long it is when it is linked for one site.
struct LinkedModule {
    let module: LinkableModule
    /// Bytes of the linked text.
    let count: Int

    /// - Parameter site: The page's origin with a slash.
    init(_ module: LinkableModule, on site: [UInt8]) {
        self.module = module
        let plan = module.plan
        var count = module.content.readableBytes - plan.replacedAtStart
        count += Wording.start(of: plan).reduce(0) { $0 + $1.count(in: module, on: site) }
        for step in plan.steps {
            count += Wording(step).count(in: module, on: site) - step.range.count
        }
        self.count = count + Wording.end.count(in: module, on: site)
    }
}

/// What the linker writes at one place: a URL of the site between two pieces of code, or code alone.
struct Wording {
    /// A URL's path.
    enum Path {
        case ownPath
        /// So many bytes of the module's path, and then these of the module's text.
        case joined(Int, Range<Int>)
        case spelled([UInt8])

        /// - Parameter reference: Where in the module's text the reference stands.
        init(_ target: LinkPlan.Target, reference: Range<Int>) {
            switch target {
            case .joined(let kept, let skipped): self = .joined(kept, reference.dropFirst(skipped))
            case .spelled(let path): self = .spelled(path)
            }
        }
    }

    var before: StaticString
    var path: Path?
    var after: StaticString

    init(_ before: StaticString, _ path: Path? = nil, _ after: StaticString = "") {
        self.before = before
        self.path = path
        self.after = after
    }

    /// What a step writes; the client's `planEdits` and `sourceMapEdits` in its own words.
    init(_ step: LinkPlan.Step) {
        // Within the quotes.
        let literal = step.range.dropFirst().dropLast()
        switch step.written {
        case .url(let target): self.init("\"", Path(target, reference: literal), "\"")
        case .current(let target):
            self.init("__pitlane__.current(\"", Path(target, reference: literal), "\")")
        case .importer: self.init("__pitlane__.importer(\"", .ownPath, "\")")
        case .openingParenthesis: self.init("(")
        case .closingParenthesis: self.init(")")
        case .resolveOpening: self.init("__pitlane__.resolve((")
        case .resolveClosing: self.init("),\"", .ownPath, "\")")
        case .ownURL: self.init("\"", .ownPath, "\"")
        case .sourceMap(let target): self.init("", Path(target, reference: step.range))
        }
    }

    /// What comes before the module's text.
    static func start(of plan: LinkPlan) -> [Wording] {
        var start: [Wording] = []
        switch plan.meta {
        case .nothing: break
        case .call: start.append(Wording("__pitlane__.meta(import.meta,\"", .ownPath, "\");"))
        case .hotCall: start.append(Wording("__pitlane__.meta(import.meta,\"", .ownPath, "\",0);"))
        }
        // "#!" is a comment at the very start alone.
        if plan.isScript { start.append(Wording("//")) }
        return start
    }

    /// What comes behind it.
    static let end = Wording("\n//# sourceURL=", .ownPath)

    /// Its bytes.
    func count(in module: LinkableModule, on site: [UInt8]) -> Int {
        let code = before.utf8CodeUnitCount + after.utf8CodeUnitCount
        return switch path {
        case nil: code
        case .ownPath: code + site.count + module.path.string.utf8.count
        case .joined(let kept, let range): code + site.count + kept + range.count
        case .spelled(let path): code + site.count + path.count
        }
    }
}
