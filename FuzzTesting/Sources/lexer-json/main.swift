import Foundation
import ModuleLexer

// Reads paths from standard input, one per line, and prints for each what ModuleLexer finds in the file: one line of
// JSON with `error`, or `imports` and `exports`. All offsets are in bytes.

/// What ``LexedImport`` says, under the names that the comparison uses.
func describe(_ item: LexedImport) -> [String: Any] {
    var kind: String
    switch item.kind {
    case .staticImport: kind = "static"
    case .reExport: kind = "reExport"
    case .dynamicImport: kind = "dynamic"
    case .dynamicComputed: kind = "computed"
    case .importMeta: kind = "meta"
    }
    var line: [String: Any] = [
        "kind": kind, "keyword": item.keyword, "start": item.range.lowerBound, "end": item.range.upperBound,
    ]
    line["specifier"] = item.specifier
    line["star"] = item.isStar ? true : nil
    return line
}

/// What ``LexedExport`` says.
func describe(_ item: LexedExport) -> [String: Any] {
    var line: [String: Any] = [
        "name": item.name, "start": item.range.lowerBound, "end": item.range.upperBound,
    ]
    line["local"] = item.localName
    line["localStart"] = item.localRange?.lowerBound
    line["localEnd"] = item.localRange?.upperBound
    return line
}

while let path = readLine() {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    var line: [String: Any]
    do throws(LexError) {
        let found = try ModuleLexer.lex(bytes)
        line = ["imports": found.imports.map(describe), "exports": found.exports.map(describe)]
    } catch {
        line = ["error": error.code.rawValue, "offset": error.offset]
    }
    let json = try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys])
    print(String(decoding: json, as: UTF8.self))
}
