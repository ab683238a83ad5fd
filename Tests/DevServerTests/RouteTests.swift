import Testing

@testable import DevServer

@Suite struct RouteTests {
    @Test(
        arguments: [
            ("GET", "/@pitlane/client.js", .clientScript), ("HEAD", "/@pitlane/client.js?v=1", .clientScript),
            ("GET", "/@pitlane/healthz", .health), ("GET", "/@pitlane/ws", .webSocket),
            ("GET", "/ws/modules", .webSocket),
            ("GET", "/ws/modules?token=1", .webSocket), ("HEAD", "/ws/modules", .methodNotAllowed),
            ("GET", "/@pitlane", .dashboardRedirect), ("GET", "/@pitlane/", .dashboard),
            ("GET", "/@pitlane/?x", .dashboard), ("POST", "/@pitlane/", .methodNotAllowed),
            ("GET", "/@pitlane/api/status", .status), ("HEAD", "/@pitlane/api/clients", .clients),
            ("GET", "/@pitlane/api/events?since=3", .events), ("GET", "/@pitlane/api/", .unknownOwn),
            ("POST", "/@pitlane/api/events", .methodNotAllowed),
            ("POST", "/@pitlane/api/open", .openInEditor), ("GET", "/@pitlane/api/open", .onlyPost),
            ("OPTIONS", "/@pitlane/api/open", .onlyPost), ("POST", "/@pitlane/api/open/", .methodNotAllowed),
            ("GET", "/@pitlane/x.mjs", .unknownOwn), ("GET", "/%40pitlane/", .file),
            ("GET", "/", .file), ("GET", "/main.mjs", .file), ("GET", "/@pitlaneX", .file),
            ("GET", "/@vite/client", .file),
            ("GET", "/ws/modules/x", .file), ("POST", "/main.mjs", .methodNotAllowed),
            ("POST", "/@pitlane/client.js", .methodNotAllowed), ("DELETE", "/", .methodNotAllowed),
        ] as [(String, String, Route)])
    func route(method: String, target: String, expected: Route) {
        #expect(Route(method: method, target: target) == expected)
    }
}
