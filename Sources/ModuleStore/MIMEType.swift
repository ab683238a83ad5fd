/// Media types by file name, and what they mean for modules.
package enum MIMEType {
    /// The media type of a file, with `charset=utf-8` where it is text, for HTTP.
    /// - Parameter path: A path or name; only what follows the last dot counts, in any case.
    package static func forPath(_ path: some StringProtocol) -> String {
        let type = essence(forPath: path)
        return isText(type) ? type + "; charset=utf-8" : type
    }

    /// The media type of a file without parameters, for the wire protocol.
    /// - Parameter path: A path or name; only what follows the last dot counts, in any case.
    package static func essence(forPath path: some StringProtocol) -> String {
        guard let dot = path.lastIndex(of: ".") else { return unknown }
        // With a slash after the dot it is a folder's, and no such extension is listed.
        return byExtension[path[path.index(after: dot)...].lowercased()] ?? unknown
    }

    /// A `Content-Type` header's media type: lower case, without parameters.
    package static func essence(ofHeader header: String) -> String {
        let type = header.prefix { $0 != ";" }
        return type.filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    /// Whether content of this type is a module: JavaScript, JSON, CSS, wasm or any text.
    package static func isModule(_ type: String) -> Bool {
        type.hasPrefix("text/") || isJavaScript(type) || isJSON(type) || type == wasm
    }

    /// Whether this is a JavaScript type (WHATWG MIME Sniffing standard, section 4.6).
    package static func isJavaScript(_ type: String) -> Bool {
        switch type {
        case "text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript",
            "application/ecmascript", "application/x-ecmascript", "text/x-javascript", "text/jscript":
            true
        default: false
        }
    }

    /// Whether this is a JSON type (WHATWG MIME Sniffing standard, section 4.6).
    package static func isJSON(_ type: String) -> Bool {
        type == "application/json" || type == "text/json" || type.hasSuffix("+json")
    }

    /// Whether content of this type is an image, a font, a sound or a film: what a page shows and does not run.
    package static func isAsset(_ type: String) -> Bool {
        type.hasPrefix("image/") || type.hasPrefix("font/") || type.hasPrefix("audio/")
            || type.hasPrefix("video/") || type == "application/vnd.ms-fontobject"
    }

    /// Style sheets.
    package static let css = "text/css"
    /// WebAssembly, a module that is never text.
    package static let wasm = "application/wasm"
    /// What is said of a file whose name tells nothing.
    package static let unknown = "application/octet-stream"

    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || isJSON(type) || type == "image/svg+xml" || type == "application/xml"
    }

    private static let byExtension: [String: String] = [
        "js": "text/javascript", "mjs": "text/javascript", "cjs": "text/javascript",
        "json": "application/json", "map": "application/json", "webmanifest": "application/manifest+json",
        "jsonld": "application/ld+json", "geojson": "application/geo+json", "importmap": "application/json",
        "gltf": "model/gltf+json", "css": css, "wasm": wasm,
        "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml",
        "txt": "text/plain", "md": "text/markdown", "markdown": "text/markdown", "csv": "text/csv",
        "vtt": "text/vtt", "xml": "text/xml", "ics": "text/calendar", "log": "text/plain",
        // Source text that a browser does not run; a dev server would transform it.
        "ts": "text/plain", "mts": "text/plain", "tsx": "text/plain", "jsx": "text/plain",
        "vue": "text/plain", "svelte": "text/plain", "astro": "text/plain", "scss": "text/plain",
        "sass": "text/plain", "less": "text/plain", "styl": "text/plain", "coffee": "text/plain",
        "glsl": "text/plain", "vert": "text/plain", "frag": "text/plain", "wgsl": "text/plain",
        "graphql": "text/plain", "gql": "text/plain", "hbs": "text/plain", "ejs": "text/plain",
        "yaml": "text/yaml", "yml": "text/yaml", "toml": "text/plain", "obj": "text/plain",
        "mtl": "text/plain",
        "svg": "image/svg+xml", "png": "image/png", "apng": "image/apng", "jpg": "image/jpeg",
        "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif",
        "bmp": "image/bmp", "ico": "image/x-icon", "cur": "image/x-icon", "jxl": "image/jxl",
        "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
        "eot": "application/vnd.ms-fontobject",
        "mp3": "audio/mpeg", "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav",
        "flac": "audio/flac", "m4a": "audio/mp4", "aac": "audio/aac", "weba": "audio/webm",
        "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg",
        "mov": "video/quicktime",
        "pdf": "application/pdf", "zip": "application/zip", "gz": "application/gzip",
        "glb": "model/gltf-binary", "rss": "application/rss+xml", "atom": "application/atom+xml",
    ]
}
