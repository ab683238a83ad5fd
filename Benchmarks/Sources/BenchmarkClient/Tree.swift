import Foundation

/// The modules of a folder, in a stable order.
public struct Tree {
    /// Their folder.
    public let root: String
    /// Their paths, relative to the folder.
    public let paths: [String]

    /// Lists the modules of `root`.
    ///
    /// - Throws: ``BenchmarkFailure`` when there are none.
    public init(root: String) throws {
        self.root = root
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        paths = names.filter { $0.hasSuffix(".mjs") }.sorted()
        if paths.isEmpty { throw BenchmarkFailure("no modules in \(root)") }
    }

    /// The bytes of one module.
    public func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + path)))
    }
}

/// Flags of the form `--name value`.
public struct Flags {
    private let values: [String: String]

    /// Reads the command line.
    public init(_ arguments: [String] = CommandLine.arguments) {
        var values: [String: String] = [:]
        var index = 1
        while index + 1 < arguments.count {
            values[arguments[index]] = arguments[index + 1]
            index += 2
        }
        self.values = values
    }

    /// The value of a flag that must be there.
    ///
    /// - Throws: ``BenchmarkFailure`` when it is not.
    public func callAsFunction(_ name: String) throws -> String {
        guard let value = values["--" + name] else { throw BenchmarkFailure("--\(name) is missing") }
        return value
    }

    /// The number that a flag gives, or `standard`.
    public func number(_ name: String, _ standard: Double) -> Double {
        values["--" + name].flatMap(Double.init) ?? standard
    }
}

/// Prints a result as one line of JSON.
public func report(_ result: [String: Any]) throws {
    let data = try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys])
    print(String(decoding: data, as: UTF8.self))
}

/// Runs a measurement and turns its failure into one line and exit code 1.
public func run(_ body: () throws -> Void) {
    do {
        try body()
    } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        exit(1)
    }
}
