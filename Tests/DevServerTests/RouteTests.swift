import Testing

@testable import DevServer

@Suite struct RouteTests {
    @Test(
        arguments: [
            ("GET", "/@pitlane/client.js", .clientScript), ("HEAD", "/@pitlane/client.js?v=1", .clientScript),
            ("GET", "/@pitlane/healthz", .health), ("GET", "/@pitlane/ws", .webSocket),
            ("GET", "/ws/modules", .webSocket),
            ("GET", "/ws/modules?token=1", .webSocket), ("HEAD", "/ws/modules", .methodNotAllowed),
            ("GET", "/@pitlane", .unknownOwn), ("GET", "/@pitlane/", .unknownOwn),
            ("GET", "/@pitlane/x.mjs", .unknownOwn),
            ("GET", "/", .file), ("GET", "/main.mjs", .file), ("GET", "/@pitlaneX", .file),
            ("GET", "/@vite/client", .file),
            ("GET", "/ws/modules/x", .file), ("POST", "/main.mjs", .methodNotAllowed),
            ("POST", "/@pitlane/client.js", .methodNotAllowed), ("DELETE", "/", .methodNotAllowed),
        ] as [(String, String, Route)])
    func route(method: String, target: String, expected: Route) {
        #expect(Route(method: method, target: target) == expected)
    }
}
