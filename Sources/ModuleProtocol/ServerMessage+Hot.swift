/// One boundary of a `hot:update`.
package struct HotUpdateItem: Sendable, Equatable {
    /// The module whose accept callback is called.
    package var boundary: ModulePath
    /// The module that is imported anew.
    package var accepted: ModulePath
    /// What is evaluated anew for it, `accepted` last.
    package var chain: [ModulePath]

    /// Creates an item.
    package init(boundary: ModulePath, accepted: ModulePath, chain: [ModulePath]) {
        self.boundary = boundary
        self.accepted = accepted
        self.chain = chain
    }
}

/// How a `hot:update` carries a changed module's text.
package enum HotContent {
    /// The whole text; valid UTF-8.
    case whole(UnsafeRawBufferPointer)
    /// What differs from the version with the hash `base`.
    case delta(base: String, steps: [Step])
    /// Not at all: the client asks for it.
    case none

    /// One step of a delta.
    package enum Step {
        /// Bytes of the base.
        case copy(Range<Int>)
        /// Text; valid UTF-8.
        case insert(UnsafeRawBufferPointer)
    }
}

/// A module that a page runs and that cannot be had any more.
package struct HotProblem: Sendable, Equatable {
    /// Which module.
    package var path: ModulePath
    /// Why: one of ``ErrorCode``, or `syntax_error`.
    package var code: String
    /// What happened and what to do.
    package var message: String
    /// The running modules that import it.
    package var importers: [ModulePath]
    /// Where a syntax error is, counted from 1.
    package var line: Int?
    /// Where a syntax error is, counted from 1.
    package var column: Int?

    /// The code of a text that is no module.
    package static let syntaxErrorCode = "syntax_error"

    /// Creates a problem.
    package init(
        path: ModulePath, code: String, message: String, importers: [ModulePath], line: Int? = nil,
        column: Int? = nil
    ) {
        self.path = path
        self.code = code
        self.message = message
        self.importers = importers
        self.line = line
        self.column = column
    }
}

/// What everything that the server tells by itself has.
package struct EventFields: Sendable {
    /// Number of the last event broadcast.
    package var sequenceNumber: UInt64
    /// Milliseconds since 1970, UTC.
    package var timestamp: Int64
    /// Who caused it.
    package var source: EventSource

    /// Creates the fields.
    package init(sequenceNumber: UInt64, timestamp: Int64, source: EventSource = .system) {
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.source = source
    }
}

extension EncodedPackEntry {
    /// The entry with its text, as `hot:update` lists it.
    /// - Parameter content: The text; must be valid UTF-8.
    package func withContent(_ content: HotContent) -> [UInt8] {
        var json = self.json
        json.removeLast()
        switch content {
        case .none:
            break
        case .whole(let text):
            json.reserveCapacity(json.count + text.count + text.count / 16 + 16)
            json.appendRaw(#","content":"#)
            json.appendJSON(utf8: text)
        case .delta(let base, let steps):
            json.appendRaw(#","base":"#)
            json.appendJSON(base)
            json.appendRaw(#","delta":["#)
            for (index, step) in steps.enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                switch step {
                case .copy(let range):
                    json.append(UInt8(ascii: "["))
                    json.appendJSON(range.lowerBound)
                    json.append(UInt8(ascii: ","))
                    json.appendJSON(range.count)
                    json.append(UInt8(ascii: "]"))
                case .insert(let text):
                    json.appendJSON(utf8: text)
                }
            }
            json.append(UInt8(ascii: "]"))
        }
        json.append(UInt8(ascii: "}"))
        return json
    }
}

extension ServerMessage {
    /// `hot:update`, to one session.
    /// - Parameters:
    ///   - updates: Who takes the change.
    ///   - modules: The changed modules, made by ``EncodedPackEntry/withContent(_:)``.
    ///   - prune: Modules that nothing imports any more.
    ///   - cleared: Modules of which a `hot:error` no longer holds.
    ///   - firstInvalidatedBy: The module with whose invalidation this began.
    ///   - event: What everything has that the server tells by itself.
    package static func hotUpdate(
        _ updates: [HotUpdateItem], modules: [[UInt8]], prune: [ModulePath], cleared: [ModulePath],
        firstInvalidatedBy: ModulePath? = nil, event: EventFields
    ) -> [UInt8] {
        var json = opening("hot:update", id: nil)
        json.reserveCapacity(512 + modules.reduce(0) { $0 + $1.count + 1 })
        json.appendRaw(#","updates":["#)
        for (index, update) in updates.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.appendRaw(#"{"boundary":"#)
            json.appendJSON(update.boundary.string)
            json.appendRaw(#","accepted":"#)
            json.appendJSON(update.accepted.string)
            json.appendRaw(#","chain":"#)
            json.appendJSON(update.chain)
            if let firstInvalidatedBy {
                json.appendRaw(#","firstInvalidatedBy":"#)
                json.appendJSON(firstInvalidatedBy.string)
            }
            json.append(UInt8(ascii: "}"))
        }
        json.appendRaw(#"],"modules":["#)
        for (index, module) in modules.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.append(contentsOf: module)
        }
        json.appendRaw(#"],"prune":"#)
        json.appendJSON(prune)
        if !cleared.isEmpty {
            json.appendRaw(#","cleared":"#)
            json.appendJSON(cleared)
        }
        append(event, to: &json)
        return json
    }

    /// `reload`: the page has to be loaded anew.
    /// - Parameters:
    ///   - path: The module or document because of which; `nil` for no particular one.
    ///   - reason: One clause for people.
    ///   - isUnconfirmed: Whether it follows from what the page reported bit by bit, so that it may report as a whole first.
    ///   - event: What everything has that the server tells by itself.
    package static func reload(
        path: ModulePath?, reason: String, isUnconfirmed: Bool = false, event: EventFields
    ) -> [UInt8] {
        var json = opening("reload", id: nil)
        json.appendRaw(#","path":"#)
        json.appendJSON(path?.string)
        json.appendRaw(#","reason":"#)
        json.appendJSON(reason)
        if isUnconfirmed { json.appendRaw(#","unconfirmed":true"#) }
        append(event, to: &json)
        return json
    }

    /// `hot:error`, to one session.
    /// - Parameters:
    ///   - problem: What cannot be had, and why.
    ///   - event: What everything has that the server tells by itself.
    package static func hotError(_ problem: HotProblem, event: EventFields) -> [UInt8] {
        var json = opening("hot:error", id: nil)
        json.appendRaw(#","path":"#)
        json.appendJSON(problem.path.string)
        json.appendRaw(#","code":"#)
        json.appendJSON(problem.code)
        json.appendRaw(#","message":"#)
        json.appendJSON(problem.message)
        json.appendRaw(#","importers":"#)
        json.appendJSON(problem.importers)
        if let line = problem.line {
            json.appendRaw(#","line":"#)
            json.appendJSON(line)
        }
        if let column = problem.column {
            json.appendRaw(#","column":"#)
            json.appendJSON(column)
        }
        append(event, to: &json)
        return json
    }

    /// `hot:running`, the answer to a report.
    /// - Parameters:
    ///   - modules: How many modules the page runs.
    ///   - files: Path → hash of the files whose hash is not the reported one; `nil` for those that are gone.
    ///   - sequenceNumber: Number of the last event.
    ///   - id: The request's.
    package static func hotRunning(
        modules: Int, files: [String: String?], sequenceNumber: UInt64, id: RequestID?
    ) -> [UInt8] {
        var json = opening("hot:running", id: id)
        json.appendRaw(#","seq":"#)
        json.appendJSON(sequenceNumber)
        json.appendRaw(#","modules":"#)
        json.appendJSON(modules)
        json.appendRaw(#","files":{"#)
        for (index, file) in files.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.appendJSON(file.key)
            json.append(UInt8(ascii: ":"))
            json.appendJSON(file.value)
        }
        json.appendRaw("}}")
        return json
    }

    /// `hot:versions`: asks for the texts of what a page runs.
    /// - Parameter modules: Of which nothing is known in the version that runs.
    package static func hotVersions(_ modules: [ModulePath]) -> [UInt8] {
        var json = opening("hot:versions", id: nil)
        json.appendRaw(#","modules":"#)
        json.appendJSON(modules)
        json.append(UInt8(ascii: "}"))
        return json
    }

    private static func append(_ event: EventFields, to json: inout [UInt8]) {
        json.appendRaw(#","seq":"#)
        json.appendJSON(event.sequenceNumber)
        json.appendRaw(#","timestamp":"#)
        json.appendJSON(event.timestamp)
        json.appendRaw(#","source":"#)
        json.appendJSON(event.source.rawValue)
        json.append(UInt8(ascii: "}"))
    }
}
