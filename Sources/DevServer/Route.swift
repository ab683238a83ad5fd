/// What a request asks for, by its method and path alone.
enum Route: Equatable {
    case clientScript
    case health
    case webSocket
    /// A path below `/@pitlane/` that Pitlane does not have.
    case unknownOwn
    case file
    case methodNotAllowed

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
        guard method == "GET" || method == "HEAD" else {
            self = .methodNotAllowed
            return
        }
        switch path {
        case "/@pitlane/client.js": self = .clientScript
        case "/@pitlane/healthz": self = .health
        default: self = path == "/@pitlane" || path.hasPrefix("/@pitlane/") ? .unknownOwn : .file
        }
    }
}
