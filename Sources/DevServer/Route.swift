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
    /// Asks for a body.
    case openInEditor
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
        default: self = path.hasPrefix("/@pitlane/") ? .unknownOwn : .file
        }
    }
}
