import Foundation
import Testing

@testable import Upstream

@Suite("TLS", .timeLimit(.minutes(2)), .enabled(if: TLSServer.isAvailable, "needs the openssl command"))
struct TLSTests {
    @Test("is not verified on loopback, where dev servers sign their own certificates")
    func loopback() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        for host in ["localhost", "127.0.0.1"] {
            try await withClient(base: "https://\(host):\(server.port)") { client in
                let response = try await client.get("/")
                #expect(response.status == 200)
                #expect(!response.body.isEmpty)
            }
        }
    }

    @Test("is verified where asked for")
    func verified() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        try await withClient(base: "https://127.0.0.1:\(server.port)", change: { $0.verifyTLS = true }) {
            client in
            let error = try #require(await client.failure())
            #expect(error.code == .other)
            #expect(error.message.contains("cannot be verified"))
        }
    }

    @Test(
        "is verified by default everywhere else",
        arguments: [
            ("https://localhost", false), ("https://app.localhost:3000", false), ("https://127.4.5.6", false),
            ("https://[::1]:3000", false), ("https://dev.test", true), ("https://127.evil.test", true),
            ("https://192.168.0.2", true), ("https://localhost.evil.test", true),
        ])
    func defaults(base: String, verifies: Bool) throws {
        let configuration = UpstreamClient.Configuration(base: base)
        let settings = TransferSettings(origin: try UpstreamOrigin(base: base), configuration: configuration)
        #expect(settings.verifiesTLS == verifies)
    }

    @Test("that the server does not speak is explained")
    func plainServer() async throws {
        let server = try ScriptedServer(answer: [.send(Wire.answer("plain")), .close])
        defer { server.stop() }
        try await withClient(base: "https://127.0.0.1:\(server.port)") { client in
            // The server reads the greeting as a request that never ends; what the client gets to see is its end.
            let pending = Task { await client.failure() }
            while server.connectionCount == 0 { await Task.yield() }
            server.stop()
            #expect(await pending.value != nil)
        }
    }
}

/// `openssl s_server` with a certificate of its own, which answers every path with a status page.
final class TLSServer {
    static let isAvailable = executable != nil

    private static let executable = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    let port: Int
    private let process: Process
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "pitlane-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let key = folder.appending(path: "key.pem").path
        let certificate = folder.appending(path: "certificate.pem").path
        let request = try Self.start([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days",
            "2",
            "-subj", "/CN=localhost",
        ])
        request.process.waitUntilExit()
        let server = try Self.start([
            "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www",
        ])
        process = server.process
        port = try #require(Self.port(from: server.output))
    }

    func stop() {
        // Not terminate(): a process started from a thread of Swift's pool has the thread's blocked signals.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func start(_ arguments: [String]) throws -> (process: Process, output: FileHandle) {
        let process = Process()
        process.executableURL = URL(filePath: try #require(executable))
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, pipe.fileHandleForReading)
    }

    /// The server says `ACCEPT 127.0.0.1:PORT` when it listens.
    private static func port(from output: FileHandle) -> Int? {
        var text = ""
        while true {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.first(where: { $0.hasPrefix("ACCEPT") }) {
                return line.split(separator: ":").last.flatMap { Int($0) }
            }
            let data = output.availableData
            guard !data.isEmpty else { return nil }
            text += String(decoding: data, as: UTF8.self)
        }
    }
}
