import DevServer

/// What start-up prints for the person at the terminal.
enum Banner {
    /// The lines, each with its end.
    /// - Parameters:
    ///   - urls: Where the server listens.
    ///   - configuration: What it serves.
    static func text(urls: [String], configuration: DevServerConfiguration) -> String {
        var lines = ["pitlane \(configuration.version)", ""]
        lines += urls.map { "  listening  \($0)" }
        lines.append("  root       \(configuration.root)")
        lines += configuration.mounts.map { "  mount      \($0.urlPrefix) = \($0.folder)" }
        lines.append(
            "  upstream   \(configuration.upstream ?? "none (what is not on disk is answered with 404)")")
        lines += [
            "",
            "Put this first into your page's <head>, with your own entry module:",
            "",
            #"  <script src="/@pitlane/client.js" data-entry="main.mjs" onerror="import('./main.mjs')"></script>"#,
            "",
        ]
        return lines.map { $0 + "\n" }.joined()
    }
}
