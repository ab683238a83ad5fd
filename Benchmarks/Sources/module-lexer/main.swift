import BenchmarkClient
import Foundation
import ModuleLexer

/// Lexes files that are in memory, again and again, and prints how long all of them take at best.
///
///     module-lexer --list FILE [--seconds 1]
///
/// `FILE` names one source per line. They are timed in batches of about a quarter of a megabyte, of which each one's
/// fastest pass counts: whatever else the machine does only adds time.
func measure() throws {
    let flags = Flags()
    let list = try String(contentsOfFile: try flags("list"), encoding: .utf8)
    let sources = try list.split(separator: "\n").map {
        Array(try Data(contentsOf: URL(fileURLWithPath: String($0))))
    }
    let batches = batches(of: sources)
    var fastest = [Double](repeating: .infinity, count: batches.count)
    var first: Counts?
    let start = ContinuousClock.now
    repeat {
        var counts = Counts()
        for (index, batch) in batches.enumerated() {
            let begun = ContinuousClock.now
            for source in batch { counts.add(try? ModuleLexer.lex(source)) }
            fastest[index] = min(fastest[index], (ContinuousClock.now - begun) / .seconds(1))
        }
        guard first == nil || first == counts else {
            throw BenchmarkFailure("two passes found different things")
        }
        first = counts
    } while (ContinuousClock.now - start) / .seconds(1) < flags.number("seconds", 1)
    try report([
        "bytes": sources.reduce(0) { $0 + $1.count }, "seconds": fastest.reduce(0, +),
        "files": first?.files ?? 0, "imports": first?.imports ?? 0, "exports": first?.exports ?? 0,
    ])
}

func batches(of sources: [[UInt8]]) -> [[[UInt8]]] {
    var batches: [[[UInt8]]] = []
    var bytes = Int.max
    for source in sources {
        if bytes >= 1 << 18 {
            batches.append([])
            bytes = 0
        }
        batches[batches.count - 1].append(source)
        bytes += source.count
    }
    return batches
}

/// What a pass found; keeps the compiler from leaving it out.
struct Counts: Equatable {
    var files = 0
    var imports = 0
    var exports = 0

    mutating func add(_ module: LexedModule?) {
        guard let module else { return }
        files += 1
        imports += module.imports.count
        exports += module.exports.count
    }
}

run(measure)
