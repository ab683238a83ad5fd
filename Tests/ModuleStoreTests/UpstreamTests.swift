import Foundation
import ModuleProtocol
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import ModuleStore

/// Answers from a script, on a thread of its own.
private final class FakeUpstream: UpstreamFetching {
    typealias Answer = Result<UpstreamModuleAnswer, ModuleError>

    private let answer: NIOLockedValueBox<@Sendable (UpstreamModuleRequest) -> Answer>
    private let seen = NIOLockedValueBox<[UpstreamModuleRequest]>([])

    init(_ answer: @escaping @Sendable (UpstreamModuleRequest) -> Answer) {
        self.answer = NIOLockedValueBox(answer)
    }

    var requests: [UpstreamModuleRequest] { seen.withLockedValue { $0 } }

    func then(_ answer: @escaping @Sendable (UpstreamModuleRequest) -> Answer) {
        self.answer.withLockedValue { $0 = answer }
    }

    func fetchModule(_ request: UpstreamModuleRequest, completion: @escaping @Sendable (Answer) -> Void) {
        seen.withLockedValue { $0.append(request) }
        let answer = answer.withLockedValue { $0 }
        Thread.detachNewThread { completion(answer(request)) }
    }
}

private func content(
    _ text: String, type: String? = "text/javascript; charset=UTF-8", etag: String? = nil,
    modified: String? = nil,
    redirectedTo: String? = nil
) -> FakeUpstream.Answer {
    .success(
        .content(
            UpstreamContent(
                body: ByteBuffer(string: text), contentType: type, etag: etag, lastModified: modified,
                redirectedTo: redirectedTo)))
}

@Suite("Modules from the upstream")
struct UpstreamTests {
    @Test("are what the disk does not have")
    func miss() async throws {
        let upstream = FakeUpstream { _ in content("up") }
        let site = try StoreFixture(upstream: upstream)
        try site.folder.write("disk.mjs", "disk")
        #expect(try await site.text("disk.mjs") == "disk")
        #expect(upstream.requests.isEmpty)
        let module = try await site.load("lib/é 1.mjs?v=2", form: .response)
        #expect(module.source == .upstream)
        #expect(module.contentType == "text/javascript")
        #expect(module.canonicalFile == nil)
        #expect(upstream.requests.map(\.urlPath) == ["/lib/%C3%A9%201.mjs?v=2"])
        #expect(upstream.requests[0].maxBodyBytes == ProtocolLimits.default.moduleBytes)
        // The disk comes first as soon as it has the file.
        try site.folder.write("lib/é 1.mjs", "now on disk")
        #expect(try await site.text("lib/é 1.mjs?v=2") == "now on disk")
    }

    @Test("are never asked for when the path is forbidden")
    func forbidden() async throws {
        let upstream = FakeUpstream { _ in content("secret") }
        let site = try StoreFixture(upstream: upstream)
        try site.folder.link("out", to: "/etc")
        for raw in [".env", ".env?raw??", "nothing.pem", "lib/.git/config", "out/nothing.mjs"] {
            #expect(try await site.failure(raw).code == .forbidden)
        }
        #expect(upstream.requests.isEmpty)
    }

    @Test("are revalidated every time, by ETag or date")
    func revalidated() async throws {
        let upstream = FakeUpstream { _ in content("1", etag: "\"x\"", modified: "Mon") }
        let site = try StoreFixture(upstream: upstream)
        let first = try await site.load("a.mjs", form: .response)
        #expect(site.store.cached(raw: "a.mjs") == nil)
        #expect(upstream.requests[0].etag == nil && upstream.requests[0].lastModified == nil)
        upstream.then { _ in .success(.notModified) }
        #expect(try await site.load("a.mjs", form: .response) === first)
        #expect(upstream.requests[1].etag == "\"x\"" && upstream.requests[1].lastModified == "Mon")
        upstream.then { _ in content("2", etag: "\"y\"") }
        #expect(try await site.text("a.mjs") == "2")
        #expect(upstream.requests[2].etag == "\"x\"")
        upstream.then { _ in content("2", etag: "\"z\"") }
        _ = try await site.load("a.mjs")
        #expect(upstream.requests[3].etag == "\"y\"" && upstream.requests[3].lastModified == nil)
    }

    @Test("without validator are fetched again every time, and keep their frames when they are the same")
    func unvalidated() async throws {
        let upstream = FakeUpstream { _ in content("1") }
        let site = try StoreFixture(upstream: upstream)
        let first = try await site.load("a.mjs", form: .response)
        #expect(try await site.load("a.mjs") === first)
        #expect(upstream.requests.count == 2)
        #expect(upstream.requests[1].etag == nil && upstream.requests[1].lastModified == nil)
        // A 304 that nobody asked for is of no use.
        upstream.then { _ in .success(.notModified) }
        let other = try StoreFixture(upstream: upstream)
        #expect(try await other.failure("a.mjs").code == .upstreamStatus)
    }

    @Test(
        "that cannot be had are errors",
        arguments: [
            (404, ErrorCode.notFound), (410, .notFound), (400, .upstreamStatus), (403, .upstreamStatus),
            (500, .upstreamStatus), (503, .upstreamStatus), (302, .upstreamStatus),
        ])
    func statuses(status: Int, code: ErrorCode) async throws {
        let upstream = FakeUpstream { _ in .success(.status(status)) }
        let site = try StoreFixture(upstream: upstream)
        let error = try await site.failure("lib/a.mjs")
        #expect(error.code == code)
        #expect(error.path == "lib/a.mjs")
        #expect(error.message.contains("lib/a.mjs") && error.message.contains("\(status)"))
        #expect(!error.message.contains("--upstream"))
    }

    @Test(
        "that fail on the way keep the reason",
        arguments: [ErrorCode.upstreamRefused, .upstreamTimeout, .upstreamTruncated, .tooLarge, .internal])
    func failures(code: ErrorCode) async throws {
        let upstream = FakeUpstream { _ in .failure(ModuleError(code, message: "the reason")) }
        let site = try StoreFixture(upstream: upstream)
        let error = try await site.failure("a.mjs")
        #expect(error.code == code)
        #expect(error.message.contains("a.mjs") && error.message.contains("the reason"))
    }

    @Test("are gone when the upstream says so")
    func gone() async throws {
        let upstream = FakeUpstream { _ in content("1", etag: "\"x\"") }
        let site = try StoreFixture(upstream: upstream)
        _ = try await site.load("a.mjs")
        upstream.then { _ in .success(.status(404)) }
        #expect(try await site.store.hash(of: site.path("a.mjs"), on: site.eventLoop).get() == nil)
        #expect(site.store.cachedCount == 0)
        upstream.then { _ in content("2") }
        _ = try await site.load("a.mjs")
        #expect(upstream.requests.last?.etag == nil)
    }

    @Test("keep the media type they came with")
    func types() async throws {
        let upstream = FakeUpstream { request in
            switch request.urlPath {
            case "/page": content("<p>", type: "Text/HTML; charset=utf-8")
            case "/image": content("x", type: "image/png")
            case "/none.css": content("x", type: nil)
            default: content("{}", type: "application/problem+json")
            }
        }
        let site = try StoreFixture(upstream: upstream)
        #expect(try await site.load("page", form: .response).contentType == "text/html")
        #expect(try await site.failure("image", form: .response).code == .notText)
        #expect(try await site.load("image", form: .pack).contentType == "image/png")
        #expect(try await site.load("none.css", form: .response).contentType == "text/css")
        #expect(try await site.load("problem", form: .response).contentType == "application/problem+json")
    }

    @Test("resolve their imports against where they were found")
    func redirected() async throws {
        let upstream = FakeUpstream { _ in content("import './b.mjs'", redirectedTo: "/pkg/v2/a.mjs") }
        let site = try StoreFixture(upstream: upstream)
        #expect(try await site.load("latest/a.mjs").imports().records.map(\.path) == ["pkg/v2/b.mjs"])
    }

    @Test("are fetched once for many who ask at once")
    func singleFlight() async throws {
        let gate = DispatchSemaphore(value: 0)
        let upstream = FakeUpstream { _ in
            gate.wait()
            return content("1")
        }
        let site = try StoreFixture(upstream: upstream)
        let path = try site.path("a.mjs")
        let futures = (0..<30).map { _ in site.store.load(path, on: site.eventLoop) }
        gate.signal()
        _ = try await EventLoopFuture.whenAllSucceed(futures, on: site.eventLoop).get()
        #expect(upstream.requests.count == 1)
    }

    @Test("give way to a file that appears on disk")
    func shadowed() async throws {
        let upstream = FakeUpstream { _ in content("1") }
        let site = try StoreFixture(upstream: upstream)
        _ = try await site.load("a.mjs")
        try site.folder.write("a.mjs", "2")
        #expect(site.apply("a.mjs", isCreated: true) == (try site.changed("a.mjs", "2")))
        #expect(try await site.text("a.mjs") == "2")
    }
}
