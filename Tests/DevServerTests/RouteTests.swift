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
            ("POST", "/@pitlane/api/events", .publish), ("PUT", "/@pitlane/api/events", .methodNotAllowed),
            ("POST", "/@pitlane/api/reload", .reload), ("GET", "/@pitlane/api/reload", .onlyPost),
            ("OPTIONS", "/@pitlane/api/reload", .onlyPost),
            ("GET", "/@pitlane/api/modules?prefix=a", .modules), ("GET", "/@pitlane/metrics", .metrics),
            ("POST", "/@pitlane/metrics", .methodNotAllowed),
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

    @Test func onlyWhatTakesABodyReadsOne() {
        let limits = [("open", 16 << 10), ("reload", 16 << 10), ("events", 80 << 10)]
        for (name, limit) in limits {
            #expect(Route(method: "POST", target: "/@pitlane/api/\(name)").bodyLimit == limit)
        }
        #expect(Route(method: "GET", target: "/@pitlane/api/events").bodyLimit == nil)
        #expect(Route(method: "POST", target: "/main.mjs").bodyLimit == nil)
    }
}
