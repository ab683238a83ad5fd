import ModuleProtocol
import NIOCore
import Upstream

extension UpstreamClient: UpstreamFetching {
    /// Fetches one module by GET, conditionally where the request has validators.
    package func fetchModule(
        _ request: UpstreamModuleRequest,
        completion: @escaping @Sendable (Result<UpstreamModuleAnswer, ModuleError>) -> Void
    ) {
        let upstreamRequest = UpstreamRequest(
            pathAndQuery: request.urlPath, etag: request.etag, lastModified: request.lastModified,
            maxBodyBytes: request.maxBodyBytes)
        fetch(upstreamRequest) { result in
            completion(result.map(UpstreamModuleAnswer.init).mapError(ModuleError.init))
        }
    }
}

extension UpstreamModuleAnswer {
    fileprivate init(_ response: UpstreamResponse) {
        if response.notModified {
            self = .notModified
        } else if (200...299).contains(response.status) {
            self = .content(
                UpstreamContent(
                    body: response.body.withUnsafeBytes { ExactBuffer.copy($0) },
                    contentType: response.contentType,
                    etag: response.etag, lastModified: response.lastModified,
                    redirectedTo: response.redirectedTo))
        } else {
            self = .status(response.status)
        }
    }
}

extension ModuleError {
    fileprivate init(_ error: UpstreamError) {
        let code: ErrorCode
        switch error.code {
        case .refused: code = .upstreamRefused
        case .timeout, .overloaded: code = .upstreamTimeout
        case .truncated: code = .upstreamTruncated
        case .tooLarge: code = .tooLarge
        case .redirectOutside, .tooManyRedirects: code = .upstreamStatus
        case .invalidURL: code = .badRequest
        case .stopped, .other: code = .internal
        }
        self.init(code, message: error.message, underlying: error)
    }
}
