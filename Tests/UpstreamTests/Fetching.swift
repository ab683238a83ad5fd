import Logging

@testable import Upstream

/// A started client that is stopped when the test is over.
func withClient<Result>(
    of server: ScriptedServer, path: String = "",
    change: (inout UpstreamClient.Configuration) -> Void = { _ in },
    _ body: (UpstreamClient) async throws -> Result
) async throws -> Result {
    defer { server.stop() }
    return try await withClient(base: server.url + path, change: change, body)
}

func withClient<Result>(
    base: String, change: (inout UpstreamClient.Configuration) -> Void = { _ in },
    _ body: (UpstreamClient) async throws -> Result
) async throws -> Result {
    var configuration = UpstreamClient.Configuration(base: base, totalTimeout: .seconds(60))
    change(&configuration)
    let client = try UpstreamClient(configuration: configuration, logger: Logger(label: "test"))
    client.start()
    defer { client.stop() }
    return try await body(client)
}

extension UpstreamClient {
    func get(_ path: String = "/module.mjs") async throws(UpstreamError) -> UpstreamResponse {
        try await fetch(UpstreamRequest(pathAndQuery: path))
    }

    /// The body, or nil when there is none to be had.
    func body(of request: UpstreamRequest) async -> [UInt8]? {
        try? await fetch(request).body
    }

    func body(_ path: String = "/module.mjs") async -> [UInt8]? {
        await body(of: UpstreamRequest(pathAndQuery: path))
    }

    /// The error of a fetch that is expected to fail.
    func failure(of request: UpstreamRequest) async -> UpstreamError? {
        do throws(UpstreamError) {
            _ = try await fetch(request)
            return nil
        } catch {
            return error
        }
    }

    func failure(_ path: String = "/module.mjs") async -> UpstreamError? {
        await failure(of: UpstreamRequest(pathAndQuery: path))
    }
}

/// Counts calls, from any thread.
final class Counter: Sendable {
    private let count = Locked(0)

    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}
