import Foundation
import ModuleProtocol
import NIOCore
import Testing

@testable import ModuleStore

@Suite("Files for HTTP")
struct FileLookupTests {
    private func file(_ site: StoreFixture, _ raw: String) async throws -> ServedFile {
        guard case .file(let file) = try await site.open(raw) else { throw Unexpected("a redirect") }
        return file
    }

    private func failure(_ site: StoreFixture, _ raw: String) async throws -> ErrorCode {
        do {
            _ = try await site.open(raw)
        } catch let error as ModuleError {
            return error.code
        }
        throw Unexpected("\(raw) was opened")
    }

    @Test("have type, strong tag and bytes")
    func bytes() async throws {
        let site = try StoreFixture()
        try site.folder.write("lib/a.mjs", "1")
        for raw in ["/lib/a.mjs", "/lib/a.mjs?v=1", "/lib/a.mjs"] {
            let file = try await file(site, raw)
            #expect(file.path.string == "lib/a.mjs")
            #expect(file.contentType == "text/javascript; charset=utf-8")
            #expect(file.etag == "\"\(hash("1"))\"")
            #expect(file.size == 1)
            guard case .bytes(let bytes) = file.body else { throw Unexpected("a handle") }
            #expect(String(buffer: bytes) == "1")
        }
        #expect(site.store.cachedCount == 1)
    }

    @Test("are a folder's index, with a redirect where the slash is missing")
    func index() async throws {
        let site = try StoreFixture()
        try site.folder.write("index.html", "root")
        try site.folder.write("a b/index.html", "sub")
        try site.folder.makeFolder("empty")
        #expect(try await file(site, "/").path.string == "index.html")
        #expect(try await file(site, "/").contentType == "text/html; charset=utf-8")
        #expect(try await file(site, "/a%20b/?x").path.string == "a b/index.html")
        guard case .redirect(let location) = try await site.open("/a%20b?x=%20") else {
            throw Unexpected("no redirect")
        }
        #expect(location == "/a%20b/?x=%20")
        #expect(try await failure(site, "/empty") == .notFound)
        #expect(try await failure(site, "/empty/") == .notFound)
        #expect(try await failure(site, "/index.html/") == .notFound)
    }

    @Test("are authorised like modules")
    func authorised() async throws {
        let site = try StoreFixture()
        try site.folder.write(".env", "1")
        try site.folder.write("server.key", "1")
        try site.folder.link("etc", to: "/etc")
        try site.folder.write("linked/x", "1")
        try site.folder.link("linked/index.html", to: "/etc/hostname")
        for raw in ["/.env", "/.env?raw??", "/server.key", "/etc/passwd", "/etc/"] {
            #expect(try await failure(site, raw) == .forbidden)
        }
        #expect(try await failure(site, "/linked/") == .forbidden)
        #expect(try await failure(site, "/none") == .notFound)
    }

    @Test("never come from the upstream")
    func diskOnly() async throws {
        struct Never: UpstreamFetching {
            func fetchModule(
                _ request: UpstreamModuleRequest,
                completion: @escaping @Sendable (Result<UpstreamModuleAnswer, ModuleError>) -> Void
            ) {
                Issue.record("the upstream was asked")
                completion(.success(.status(500)))
            }
        }
        let site = try StoreFixture(upstream: Never())
        #expect(try await failure(site, "/none.mjs") == .notFound)
    }

    @Test("too large for memory come as open files with the same tag")
    func large() async throws {
        let site = try StoreFixture(limits: ProtocolLimits(moduleBytes: 1_000))
        let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try site.folder.write("film.mp4", content)
        for _ in 0..<2 {
            let file = try await file(site, "/film.mp4")
            #expect(file.size == content.count)
            #expect(file.contentType == "video/mp4")
            #expect(file.hash == ContentHash.sha256Prefix(ByteBuffer(bytes: content)))
            guard case .handle(let owner) = file.body else { throw Unexpected("bytes") }
            let start = try owner.handle.withUnsafeFileDescriptor { descriptor in
                var bytes = [UInt8](repeating: 0, count: 100)
                #expect(pread(descriptor, &bytes, 100, 1_000_000) == 100)
                return bytes
            }
            #expect(start == Array(content[1_000_000..<1_000_100]))
        }
        #expect(site.store.cachedBytes == 0)
        try site.folder.write("film.mp4", [1, 2, 3])
        #expect(try await file(site, "/film.mp4").size == 3)
    }

    @Test("that are no modules and large do not push modules out of memory")
    func assets() async throws {
        let site = try StoreFixture()
        try site.folder.write("small.png", [UInt8](repeating: 1, count: 1_000))
        try site.folder.write("large.png", [UInt8](repeating: 1, count: StoreLimits.cachedAssetBytes + 1))
        _ = try await file(site, "/small.png")
        _ = try await file(site, "/large.png")
        #expect(site.store.cachedCount == 1)
    }

    @Test(
        "have the right media type",
        arguments: [
            ("a.js", "text/javascript; charset=utf-8"), ("a.mjs", "text/javascript; charset=utf-8"),
            ("a.cjs", "text/javascript; charset=utf-8"), ("A.JS", "text/javascript; charset=utf-8"),
            ("a.json", "application/json; charset=utf-8"), ("a.js.map", "application/json; charset=utf-8"),
            ("a.css", "text/css; charset=utf-8"), ("a.wasm", "application/wasm"),
            ("a.html", "text/html; charset=utf-8"), ("a.svg", "image/svg+xml; charset=utf-8"),
            ("a.png", "image/png"), ("a.jpeg", "image/jpeg"), ("a.webp", "image/webp"),
            ("a.avif", "image/avif"),
            ("a.ico", "image/x-icon"), ("a.woff2", "font/woff2"), ("a.ttf", "font/ttf"),
            ("a.webmanifest", "application/manifest+json; charset=utf-8"), ("a.pdf", "application/pdf"),
            ("a.mp3", "audio/mpeg"), ("a.webm", "video/webm"), ("a.txt", "text/plain; charset=utf-8"),
            ("a.md", "text/markdown; charset=utf-8"), ("a.xml", "text/xml; charset=utf-8"),
            ("a", "application/octet-stream"), ("a.b/c", "application/octet-stream"),
            ("js", "application/octet-stream"),
            ("a.", "application/octet-stream"), ("", "application/octet-stream"),
            ("lib.js/a.css", "text/css; charset=utf-8"),
        ])
    func types(path: String, type: String) {
        #expect(MIMEType.forPath(path) == type)
    }
}
