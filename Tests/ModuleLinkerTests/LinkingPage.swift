import Foundation
import ModuleProtocol
import NIOCore
import Testing

@testable import ModuleLinker

/// What comes first in the text has been found before: the import records of a module that is lexed by hand.
struct Found {
    var kind: ImportRecord.Kind
    /// What stands at the range; the next occurrence of it.
    var text: String
    var specifier: String?
    var property: ImportRecord.MetaProperty?
    var type: String?
    /// For a computed import that is a call.
    var isCall = false

    static func `static`(_ specifier: String, as text: String? = nil, type: String? = nil) -> Found {
        Found(kind: .static, text: text ?? "'\(specifier)'", specifier: specifier, type: type)
    }

    static func dynamic(_ specifier: String) -> Found {
        Found(kind: .dynamic, text: "'\(specifier)'", specifier: specifier)
    }

    static func computed(_ argument: String, isCall: Bool = true) -> Found {
        Found(kind: .computed, text: argument, isCall: isCall)
    }

    static func meta(_ text: String, _ property: ImportRecord.MetaProperty) -> Found {
        Found(kind: .meta, text: text, property: property)
    }

    func record(in text: String, from start: inout String.Index) throws -> ImportRecord {
        let range = try #require(text.range(of: self.text, range: start..<text.endIndex))
        start = kind == .computed ? range.lowerBound : range.upperBound
        var keyword: Int?
        if isCall {
            let word = try #require(
                text.range(of: "import", options: .backwards, range: text.startIndex..<range.lowerBound))
            keyword = text.offset(of: word.lowerBound)
        }
        return ImportRecord(
            kind: kind, range: text.offset(of: range.lowerBound)..<text.offset(of: range.upperBound),
            specifier: specifier, type: type, property: property, keyword: keyword)
    }
}

extension String {
    fileprivate func offset(of index: Index) -> Int { utf8.distance(from: startIndex, to: index) }
}

/// A module of the path `lib/a.mjs`, if nothing else is said, with a plan where it can be linked.
func module(_ text: String, _ found: Found..., path: String = "lib/a.mjs") throws -> LinkableModule? {
    try module(text, found: found, path: path)
}

func module(_ text: String, found: [Found], path: String = "lib/a.mjs") throws -> LinkableModule? {
    let path = try ModulePath(parsing: path)
    var start = text.startIndex
    let records = try found.map { try $0.record(in: text, from: &start) }
    let content = ByteBuffer(string: text)
    let plan = content.withUnsafeReadableBytes { LinkPlan($0, imports: records, path: path) }
    guard let plan else { return nil }
    let entry = PackEntry(
        path: path, hash: "8f434346648f6b96", length: content.readableBytes, contentType: "text/javascript",
        source: .disk, imports: records)
    return LinkableModule(
        path: path, hash: entry.hash, content: content, entry: entry.encoded, plan: plan)
}

/// A page that takes `module:linked` as the client does.
struct LinkingPage {
    let origin: String
    private let linker: ModuleLinker

    init(origin: String = "http://app.test") throws {
        self.origin = origin
        linker = try #require(ModuleLinker(origin: origin))
    }

    /// The text that a module is linked to, without its last line; its own text can be had back from it.
    func link(_ module: LinkableModule?) throws -> String {
        let module = try #require(module)
        let message = try #require(try messages(of: [module]).first)
        let text = try #require(message.texts.first)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.last == "//# sourceURL=\(origin)/\(module.path)")
        #expect(message.own == [String(buffer: module.content)])
        return lines.dropLast().joined(separator: "\n")
    }

    func messages(of modules: [LinkableModule], id: RequestID? = nil) throws -> [Message] {
        try linker.messages(linking: modules, id: id).map { try Message(String(buffer: $0)) }
    }

    /// What a page has of a message.
    struct Message {
        let lines: [String]
        let head: [String: Any]
        /// As they are in the import map, in its order.
        let addresses: [String]
        /// What the addresses stand for.
        let texts: [String]
        /// What the linker's changes lead back to.
        let own: [String]
        let entries: [[String: Any]]

        init(_ message: String) throws {
            lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            try #require(lines.count == 3)
            head = try Self.object(lines[0])
            let map = try #require(try Self.object(lines[1])["imports"] as? [String: String])
            let paths = try #require(head["paths"] as? [String])
            let urls = map.keys.sorted()
            addresses = try paths.map { path in
                let url = try #require(urls.first { $0.hasSuffix("/\(path)") })
                return try #require(map[url])
            }
            texts = try addresses.map { address in
                try #require(address.hasPrefix("data:text/javascript,"))
                return try #require(address.dropFirst(21).removingPercentEncoding)
            }
            let detail = try Self.object(lines[2])
            entries = try #require(detail["modules"] as? [[String: Any]])
            let changes = try #require(detail["changes"] as? [[[Any]]])
            try #require(changes.count == texts.count && map.count == texts.count)
            own = try zip(texts, changes).map { text, changes in
                let text = Array(text.utf8)
                var own: [UInt8] = []
                var end = 0
                for change in changes {
                    let place = try #require(change[0] as? Int)
                    own += text[end..<place]
                    own += Array(try #require(change[2] as? String).utf8)
                    end = place + (try #require(change[1] as? Int))
                }
                return String(decoding: own + text[end...], as: UTF8.self)
            }
        }

        private static func object(_ json: String) throws -> [String: Any] {
            // Foundation drops byte order marks inside of strings.
            let json = json.unicodeScalars.map { $0 == "\u{FEFF}" ? #"\uFEFF"# : String($0) }.joined()
            return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        }
    }
}
