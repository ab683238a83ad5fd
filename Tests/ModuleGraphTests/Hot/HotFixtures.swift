import ModuleProtocol

@testable import ModuleGraph

/// The path of a module, which must be one.
func path(_ text: String) -> ModulePath {
    guard let path = try? ModulePath(parsing: text) else { preconditionFailure("\(text) is no path") }
    return path
}

/// Graphs in a few characters: `a: b c* +b !x` is a module `a` that imports b, imports c dynamically, accepts
/// updates of b and accepts its export x; `a!` accepts itself; `a$` is a style sheet; `a?` is not known.
func node(_ line: String, hash: String = "1") -> HotNode {
    let parts = line.split(separator: ":", maxSplits: 1)
    var name = parts[0]
    let flag = name.last.flatMap { "!$?".contains($0) ? $0 : nil }
    if flag != nil { name.removeLast() }
    var imports: [HotNode.Import] = []
    var accepted: [ModulePath] = []
    var exports: [String]?
    for word in parts.count > 1 ? parts[1].split(separator: " ") : [] {
        switch word.first {
        case "+": accepted.append(path(String(word.dropFirst())))
        case "!": exports = (exports ?? []) + [String(word.dropFirst())]
        default:
            // `b{x,y}` uses these exports of b.
            let pieces = word.split(separator: "{")
            var target = pieces[0]
            let isDynamic = target.last == "*"
            if isDynamic { target.removeLast() }
            let names: UsedNames =
                pieces.count > 1 ? .only(pieces[1].dropLast().split(separator: ",").map(String.init)) : .all
            imports.append(.init(path: path(String(target)), isDynamic: isDynamic, names: names))
        }
    }
    return HotNode(
        path: path(String(name)), hash: hash, imports: imports, acceptsItself: flag == "!",
        acceptedDependencies: accepted, acceptedExports: exports, isStyleSheet: flag == "$",
        isKnown: flag != "?")
}

func graph(_ lines: String...) -> HotGraph {
    var graph = HotGraph()
    for line in lines { graph.insert(node(line)) }
    return graph
}

/// `boundary accepted: chain` for each boundary, or the reason of a reload.
func summary(_ decision: HotDecision) -> [String] {
    switch decision {
    case .update(let boundaries): boundaries.map(summary)
    case .reload(let deadEnd): ["reload because \(deadEnd.reason)"]
    }
}

func summary(_ boundary: HotBoundary) -> String {
    "\(boundary.boundary) \(boundary.accepted): " + boundary.chain.map(\.string).joined(separator: " ")
}
