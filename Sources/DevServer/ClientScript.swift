import ModuleStore
import NIOCore

/// The browser client as one classic script, put together from the files that the binary carries.
enum ClientScript {
    /// The script's UTF-8 bytes.
    static let content: ByteBuffer = {
        let files: [[UInt8]] = [
            PackageResources.events_js, PackageResources.connection_js, PackageResources.pack_js,
            PackageResources.cache_js, PackageResources.paths_js, PackageResources.runtime_js,
            PackageResources.importmaps_js, PackageResources.page_js, PackageResources.linker_js,
            PackageResources.mapper_js, PackageResources.graph_js, PackageResources.loader_js,
            PackageResources.start_js,
        ]
        var script = ByteBuffer(string: "(() => {\n\"use strict\";\n")
        for file in files {
            script.writeBytes(file)
            script.writeString("\n")
        }
        script.writeString("})();\n")
        return script
    }()

    /// The script's strong entity tag, with quotes.
    static let etag = "\"" + content.withUnsafeReadableBytes(ContentHash.sha256Prefix) + "\""
}
