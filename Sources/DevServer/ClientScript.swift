import ModuleStore
import NIOCore

/// The browser client as one classic script, put together from the files that the binary carries.
enum ClientScript {
    /// The script's UTF-8 bytes.
    static let content: ByteBuffer = {
        let files: [[UInt8]] = [
            PackageResources.events_js, PackageResources.connection_js, PackageResources.pack_js,
            PackageResources.cache_js, PackageResources.record_js, PackageResources.paths_js,
            PackageResources.runtime_js, PackageResources.importmaps_js, PackageResources.page_js,
            PackageResources.linker_js, PackageResources.mapper_js, PackageResources.graph_js,
            PackageResources.kept_js, PackageResources.linked_js, PackageResources.fetcher_js,
            PackageResources.codeframe_js, PackageResources.overlay_js, PackageResources.badge_js,
            PackageResources.progress_js, PackageResources.styles_js, PackageResources.assets_js,
            PackageResources.worker_js, PackageResources.running_js, PackageResources.renewal_js,
            PackageResources.reporting_js, PackageResources.ahead_js, PackageResources.versions_js,
            PackageResources.hot_js, PackageResources.delta_js, PackageResources.probe_js,
            PackageResources.problems_js, PackageResources.waiting_js, PackageResources.updates_js,
            PackageResources.texts_js, PackageResources.reload_js, PackageResources.loader_js,
            PackageResources.start_js,
        ]
        var script = ByteBuffer(string: "(() => {\n\"use strict\";\n")
        for file in files { script.writeString(withoutComments(file)) }
        script.writeString("})();\n")
        return script
    }()

    /// Leaves out comments at the beginning of lines, a third of the bytes that every page would load.
    ///
    /// Such a line begins with `//`, or with `/**` up to `*/`, which may be followed by code, or belongs to a block
    /// from a line that begins with `/**` to one that ends with `*/`; the client's files keep to that, and have no
    /// string literals with such lines.
    static func withoutComments(_ file: [UInt8]) -> String {
        var lines: [Substring] = []
        var isInBlock = false
        for line in String(decoding: file, as: UTF8.self).split(separator: "\n") {
            let text = line.drop { $0 == " " }
            if isInBlock {
                isInBlock = !text.hasSuffix("*/")
            } else if text.hasPrefix("/**"), !text.contains("*/") {
                isInBlock = true
            } else if text.hasPrefix("/**"), let end = text.firstRange(of: "*/")?.upperBound {
                let code = text[end...].drop { $0 == " " }
                if !code.isEmpty { lines.append(code) }
            } else if !text.hasPrefix("//") {
                lines.append(line)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The script's strong entity tag, with quotes.
    static let etag = "\"" + content.withUnsafeReadableBytes(ContentHash.sha256Prefix) + "\""
}
