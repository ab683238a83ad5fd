import NIOCore

/// `GET /@pitlane/metrics`: what the server does, in Prometheus' text format (version 0.0.4).
struct Metrics: Sendable {
    let server: ServerContext

    func reply() -> HTTPReply {
        let history = server.registry.historyUse
        let uptime = (NIODeadline.now() - server.started).nanoseconds / 1_000_000_000
        var text = Text()
        text.add("uptime_seconds", "gauge", "Seconds since the start.", uptime)
        text.add("clients", "gauge", "Open WebSocket sessions.", Int64(server.registry.sessionCount))
        text.add("cached_modules", "gauge", "Modules in memory.", Int64(server.store.cachedCount))
        text.add(
            "cached_bytes", "gauge", "Bytes of modules and frames in memory.", Int64(server.store.cachedBytes)
        )
        text.add("events_total", "counter", "Events since the start.", Int64(history.lastNumber))
        text.add("events_kept", "gauge", "Events held for clients that come back.", Int64(history.count))
        text.add("events_kept_bytes", "gauge", "What these events take.", Int64(history.bytes))
        return HTTPReply(
            status: .ok,
            headers: [
                "Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store",
            ],
            body: .bytes(ByteBuffer(string: text.lines)))
    }

    private struct Text {
        var lines = ""

        mutating func add(_ name: String, _ type: String, _ help: String, _ value: Int64) {
            lines += """
                # HELP pitlane_\(name) \(help)
                # TYPE pitlane_\(name) \(type)
                pitlane_\(name) \(value)

                """
        }
    }
}
