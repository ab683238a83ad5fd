import BenchmarkClient
import Foundation

/// Asks one server for the modules of a tree, again and again, over one connection, and prints the rate.
///
///     modules-per-second --port P --root DIR [--deflate 1] [--seconds 2] [--warmup 0.5] [--window 256]
struct Measurement {
    let connection: WebSocketConnection
    let tree: Tree
    let window: Int
    private let requests: [[UInt8]]
    private var next = 0
    private var inFlight = 0
    private(set) var responses = 0
    private(set) var bytes = 0

    init(_ connection: WebSocketConnection, _ tree: Tree, window: Int) {
        self.connection = connection
        self.tree = tree
        self.window = window
        requests = tree.paths.map {
            WebSocketConnection.frame(text: #"{"type":"module:request","path":"\#($0)"}"#)
        }
    }

    /// Every module once, every answer compared with its file.
    func check() throws {
        let reader = try MessageReader(connection)
        for (path, request) in zip(tree.paths, requests) {
            try connection.send(request)
            var message: [String: Any]
            repeat { message = try reader.next() } while message["type"] as? String == "hello"
            let bytes = try tree.read(path)
            guard message["type"] as? String == "module:response", message["path"] as? String == path,
                message["content"] as? String == String(decoding: bytes, as: UTF8.self),
                message["hash"] as? String == contentHash(bytes)
            else { throw BenchmarkFailure("a wrong answer for \(path): \(message["type"] ?? "?")") }
        }
    }

    /// Keeps the window full for `seconds`.
    mutating func run(seconds: Double) throws -> Double {
        responses = 0
        bytes = 0
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        repeat {
            try fillWindow()
            // Half a window between looks at the clock and writes.
            for _ in 0..<window / 2 { try receive() }
        } while ContinuousClock.now < end
        return (ContinuousClock.now - start) / .seconds(1)
    }

    /// Waits for what is still on its way.
    mutating func drain() throws {
        while inFlight > 0 { try receive() }
    }

    private mutating func fillWindow() throws {
        var batch: [UInt8] = []
        while inFlight < window {
            batch += requests[next]
            next = (next + 1) % requests.count
            inFlight += 1
        }
        try connection.send(batch)
    }

    private mutating func receive() throws {
        var size = 0
        while true {
            let frame = try connection.nextFrame()
            size += frame.payload.count
            if frame.isFinal { break }
        }
        // Modules are 2 KB and more, and do not shrink below a tenth: anything smaller is an error message.
        guard size > 200 else { throw BenchmarkFailure("a message of \(size) bytes in place of a module") }
        responses += 1
        bytes += size
        inFlight -= 1
    }
}

func measure() throws {
    let flags = Flags()
    guard let port = UInt16(try flags("port")) else { throw BenchmarkFailure("--port is no port") }
    let tree = try Tree(root: try flags("root"))
    let connection = try WebSocketConnection(
        port: port, offersDeflate: flags.number("deflate", 0) == 1, timeout: 20)
    var measurement = Measurement(connection, tree, window: Int(flags.number("window", 256)))
    try measurement.check()
    _ = try measurement.run(seconds: flags.number("warmup", 0.5))
    let busyBefore = clock()
    let seconds = try measurement.run(seconds: flags.number("seconds", 2))
    let busy = Double(clock() - busyBefore) / Double(CLOCKS_PER_SEC)
    let (responses, bytes) = (measurement.responses, measurement.bytes)
    try measurement.drain()
    try report([
        "modulesPerSecond": (Double(responses) / seconds).rounded(),
        "bytesPerModule": bytes / max(responses, 1),
        "responses": responses,
        "seconds": (seconds * 1000).rounded() / 1000,
        // How much of the time the client was busy: far below 1 means that it was the server that limited.
        "clientBusy": (busy / seconds * 100).rounded() / 100,
    ])
}

run(measure)
