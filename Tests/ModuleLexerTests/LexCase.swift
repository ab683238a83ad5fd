import Testing

@testable import ModuleLexer

/// One source and what is to be found in it, written by ``summary(of:in:)``.
struct LexCase: CustomTestStringConvertible, Sendable {
    let source: [UInt8]
    let expected: [String]
    let testDescription: String

    init(_ source: String, _ expected: String...) {
        self.source = Array(source.utf8)
        self.expected = expected
        testDescription = source.debugDescription
    }

    init(bytes: [UInt8], _ expected: String...) {
        source = bytes
        self.expected = expected
        testDescription = "\(bytes)"
    }

    func check() throws {
        let found = try ModuleLexer.lex(source).imports.map { summary(of: $0, in: source) }
        #expect(found == expected)
    }
}

/// `kind text`, where text is what the range holds; then whatever is not as usual.
func summary(of item: LexedImport, in source: [UInt8]) -> String {
    let text = String(decoding: source[item.range], as: UTF8.self)
    var line =
        switch item.kind {
        case .staticImport: "static"
        case .reExport: "reexport"
        case .dynamicImport: "dynamic"
        case .dynamicComputed: "computed"
        case .importMeta(let property): "meta.\(property.rawValue)"
        }
    line += " " + text
    if let specifier = item.specifier, specifier != text.dropFirst().dropLast() { line += " = \(specifier)" }
    if let type = item.attributeType { line += " type:\(type)" }
    if item.phase != .evaluation { line += " phase:\(item.phase.rawValue)" }
    return line
}
