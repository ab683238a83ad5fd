import CCurl
import Logging

/// Asks one HTTP server, the developer's, for what is not on disk; every answer it hands on is whole.
///
/// A body that is cut short, breaks off, or cannot be decoded is asked for again, and never handed on. Runs libcurl on
/// a thread of its own, re-uses connections, and follows redirects only within the server's origin.
///
/// ```swift
/// let client = try UpstreamClient(configuration: .init(base: "http://localhost:3000"), logger: logger)
/// client.start()
/// let response = try await client.fetch(UpstreamRequest(pathAndQuery: "/lib/disk.mjs"))
/// ```
package final class UpstreamClient: Sendable {
    /// Where requests go, without credentials, such as `http://localhost:3000`.
    package let origin: String

    private let address: UpstreamOrigin
    private let transferSettings: TransferSettings
    private let poolSettings: UpstreamPoolStateMachine.Settings
    private let logger: Logger
    private let inbox = UpstreamInbox()
    private let thread = Locked<UpstreamThread?>(nil)

    /// Creates a client; no thread runs and nothing is connected before ``start()``.
    /// - Parameters:
    ///   - configuration: Where the upstream is and how patiently it is asked.
    ///   - logger: Hears of repeated attempts (debug) and of failures of the thread itself (error).
    /// - Throws: ``UpstreamError`` with code `invalidURL`, whose message names `--upstream`.
    package init(configuration: Configuration, logger: Logger) throws(UpstreamError) {
        address = try UpstreamOrigin(base: configuration.base)
        origin = address.text
        transferSettings = TransferSettings(origin: address, configuration: configuration)
        poolSettings = UpstreamPoolStateMachine.Settings(origin: address.text, configuration: configuration)
        self.logger = logger
    }

    deinit { stop() }

    /// Starts the thread; a second call, or one after ``stop()``, does nothing.
    package func start() {
        guard Self.libcurlIsReady, inbox.open() else { return }
        let (inbox, settings, pool, logger) = (inbox, transferSettings, poolSettings, logger)
        do {
            let started = try UpstreamThread.start {
                Self.run(inbox, settings: settings, pool: pool, logger: logger)
            }
            thread.withLock { $0 = started }
        } catch {
            logger.error("\(error.message)")
            stop()
        }
    }

    /// Ends the thread; every fetch that is not finished is completed with code `stopped` before this returns.
    ///
    /// May be called more than once, and from a completion (which then does not wait for the thread's end).
    package func stop() {
        inbox.stop()
        guard let thread = thread.withLock({ $0.take() }) else {
            for fetch in inbox.take().arrived { fetch.completion(.failure(.stopped)) }
            return
        }
        if thread.isCurrent { thread.detach() } else { thread.join() }
    }

    /// Asks for something.
    /// - Parameters:
    ///   - request: What to ask for.
    ///   - completion: Called exactly once: on the client's thread, which it must not hold up, or on the calling
    ///     thread before this returns when the request cannot be taken on at all. A status of 400 or above is an answer.
    package func fetch(
        _ request: UpstreamRequest,
        completion: @escaping @Sendable (Result<UpstreamResponse, UpstreamError>) -> Void
    ) {
        do throws(UpstreamError) {
            let target = try address.target(for: request.pathAndQuery)
            guard inbox.put(target: target, request, completion) else { throw .stopped }
        } catch {
            completion(.failure(error))
        }
    }

    /// Asks for something and waits for the answer, also when the task is cancelled: the timeouts bound the wait.
    /// - Parameter request: What to ask for.
    /// - Returns: The whole answer, whatever its status.
    /// - Throws: ``UpstreamError`` when there is none.
    package func fetch(_ request: UpstreamRequest) async throws(UpstreamError) -> UpstreamResponse {
        let result: Result<UpstreamResponse, UpstreamError> = await withCheckedContinuation { continuation in
            fetch(request) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// libcurl wants to be initialised once, before its other functions.
    private static let libcurlIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private static func run(
        _ inbox: UpstreamInbox, settings: TransferSettings, pool: UpstreamPoolStateMachine.Settings,
        logger: Logger
    ) {
        guard let multi = curl_multi_init() else {
            logger.error("libcurl gives no handle; the dev server cannot be asked")
            inbox.stop()
            for fetch in inbox.take().arrived { fetch.completion(.failure(.outOfHandles)) }
            return
        }
        inbox.setBell(UpstreamInbox.Bell(multi: multi))
        do {
            // The loop's easy handles are freed with it, before the multi handle they belonged to.
            let loop = UpstreamLoop(multi: multi, settings: settings, pool: pool, logger: logger)
            loop.run(inbox)
        }
        inbox.setBell(nil)
        curl_multi_cleanup(multi)
    }
}
