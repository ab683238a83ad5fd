import BenchmarkClient
import Foundation

/// Saves modules one after the other and prints how long each took to reach a WebSocket client, in microseconds.
///
///     save-latency --port P --root DIR --style in-place|rename [--saves 250] [--first 0] [--pause 30]
///
/// The time runs from before the file is opened until the message with the new hash has been received. Between saves
/// the client pauses for `--pause` to 1.33 × `--pause` milliseconds, as no person saves faster.
struct Saves {
    let connection: WebSocketConnection
    let tree: Tree
    let isRename: Bool

    /// One save; the microseconds until its message was there.
    func save(_ number: Int) throws -> Double {
        let path = tree.paths[number % tree.paths.count]
        let bytes = try tree.read(path) + Array("// \(number)\n".utf8)
        // A temporary file has the same hash: the path must be there too.
        let expected = ["\"\(path)\"", "\"\(contentHash(bytes))\""].map { Array($0.utf8) }
        let file = tree.root + "/" + path
        let start = ContinuousClock.now
        if isRename {
            // As editors do: a new file beside the old one, then in its place.
            let temporary = file + ".tmp-\(number)"
            try write(bytes, to: temporary)
            guard rename(temporary, file) == 0 else { throw BenchmarkFailure.system("rename") }
        } else {
            try write(bytes, to: file)
        }
        while true {
            let frame = try connection.nextFrame()
            if expected.allSatisfy({ contains(frame.payload, $0) }) { break }
        }
        return (ContinuousClock.now - start) / .microseconds(1)
    }

    private func write(_ bytes: [UInt8], to file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw BenchmarkFailure.system("open \(file)") }
        let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress!, $0.count) }
        guard close(descriptor) == 0, count == bytes.count else {
            throw BenchmarkFailure.system("write \(file)")
        }
    }

    private func contains(_ payload: UnsafeRawBufferPointer, _ text: [UInt8]) -> Bool {
        var start = 0
        while start + text.count <= payload.count {
            if payload[start..<start + text.count].elementsEqual(text) { return true }
            start += 1
        }
        return false
    }
}

func measure() throws {
    let flags = Flags()
    guard let port = UInt16(try flags("port")) else { throw BenchmarkFailure("--port is no port") }
    let style = try flags("style")
    let saves = Saves(
        connection: try WebSocketConnection(port: port, offersDeflate: false, timeout: 10),
        tree: try Tree(root: try flags("root")), isRename: style == "rename")
    let first = Int(flags.number("first", 0))
    let pause = flags.number("pause", 30)
    var latencies: [Double] = []
    for number in 0..<Int(flags.number("saves", 250)) {
        usleep(UInt32(Double.random(in: pause...(pause * 4 / 3)) * 1000))
        latencies.append((try saves.save(first + number) * 10).rounded() / 10)
    }
    try report(["latencies": latencies])
}

run(measure)
