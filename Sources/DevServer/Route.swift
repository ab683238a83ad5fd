import ModuleProtocol

/// What a request asks for, by its method and path alone.
enum Route: Equatable {
    case clientScript
    case health
    case dashboard
    /// `/@pitlane` without its slash.
    case dashboardRedirect
    case status
    case clients
    case events
    case modules
    case metrics
    case openInEditor
    case publish
    case reload
    case webSocket
    /// A path below `/@pitlane/` that Pitlane does not have.
    case unknownOwn
    case file
    case methodNotAllowed
    /// Another method than POST for what only POST may do.
    case onlyPost

    /// Our own paths are matched before any file or upstream is looked at.
    /// - Parameters:
    ///   - method: The request's method.
    ///   - target: The request target in origin form (RFC 9112 section 3.2.1).
    init(method: String, target: String) {
        let path = target.prefix { $0 != "?" }
        if path == "/ws/modules" || path == "/@pitlane/ws" {
            self = method == "GET" ? .webSocket : .methodNotAllowed
            return
        }
        if path == "/@pitlane/api/open" {
            self = method == "POST" ? .openInEditor : .onlyPost
            return
        }
        if path == "/@pitlane/api/reload" {
            self = method == "POST" ? .reload : .onlyPost
            return
        }
        if path == "/@pitlane/api/events", method == "POST" {
            self = .publish
            return
        }
        guard method == "GET" || method == "HEAD" else {
            self = .methodNotAllowed
            return
        }
        switch path {
        case "/@pitlane/client.js": self = .clientScript
        case "/@pitlane/healthz": self = .health
        case "/@pitlane/": self = .dashboard
        case "/@pitlane": self = .dashboardRedirect
        case "/@pitlane/api/status": self = .status
        case "/@pitlane/api/clients": self = .clients
        case "/@pitlane/api/events": self = .events
        case "/@pitlane/api/modules": self = .modules
        case "/@pitlane/metrics": self = .metrics
        default: self = path.hasPrefix("/@pitlane/") ? .unknownOwn : .file
        }
    }

    /// Bytes of a body that are read for this route; `nil` where a body is dropped.
    var bodyLimit: Int? {
        switch self {
        case .openInEditor, .reload: ServerLimits.apiBodyBytes
        case .publish: ServerLimits.apiBodyBytes + ProtocolLimits.eventBytes
        default: nil
        }
    }
}
