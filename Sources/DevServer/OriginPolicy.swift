/// Decides which `Host` and `Origin` headers are answered.
///
/// The Host check stops DNS rebinding, the Origin check cross-site WebSocket hijacking
/// (RFC 6455 section 10.2). Both compare exactly; what does not parse is refused.
package struct OriginPolicy: Sendable {
    private let allowedHosts: Set<String>
    private let allowedOrigins: Set<String>

    /// Creates a policy that admits loopback names and the given ones.
    /// - Parameters:
    ///   - allowedHosts: Host names, each with or without a port; without one, any port is admitted.
    ///   - allowedOrigins: Origins, `scheme://host[:port]`, or `null`.
    package init(allowedHosts: [String], allowedOrigins: [String]) {
        self.allowedHosts = Set(allowedHosts.map { $0.lowercased() })
        self.allowedOrigins = Set(
            allowedOrigins.map { WebOrigin($0)?.description ?? $0.lowercased() })
    }

    /// Whether a request for this `Host` is answered.
    /// - Parameter header: The header's value, `host[:port]` (RFC 9110 section 7.2).
    package func admitsHost(_ header: String) -> Bool {
        guard let authority = Authority(header) else { return false }
        if authority.isLoopback { return true }
        return allowedHosts.contains(authority.host) || allowedHosts.contains(authority.description)
    }

    /// Whether a page of this `Origin` may use the server.
    /// - Parameters:
    ///   - header: The header's value (RFC 6454 section 7), `nil` when the client sent none.
    ///   - host: The request's `Host`, already admitted; a page of that very host is same-origin.
    ///   - peerIsLoopback: Whether the client is on this machine; only then may it send no Origin.
    package func admitsOrigin(_ header: String?, host: String, peerIsLoopback: Bool) -> Bool {
        guard let header else { return peerIsLoopback }
        guard let origin = WebOrigin(header) else { return allowedOrigins.contains(header.lowercased()) }
        if origin.authority.isLoopback { return true }
        if allowedOrigins.contains(origin.description) { return true }
        // A host that --allow-host names serves its own pages.
        return isSameOrigin(header, host: host)
    }

    /// Whether a page of this `Origin` was served under this `Host`.
    ///
    /// The scheme is the page's: a proxy beside us may speak TLS where we do not.
    /// - Parameters:
    ///   - header: The `Origin` header's value.
    ///   - host: The request's `Host`.
    package func isSameOrigin(_ header: String, host: String) -> Bool {
        guard let origin = WebOrigin(header), let served = Authority(host), admitsHost(host) else {
            return false
        }
        return served.host == origin.authority.host
            && (served.port ?? origin.defaultPort) == (origin.authority.port ?? origin.defaultPort)
    }
}

/// A `host[:port]` that passed a strict parse (RFC 3986 section 3.2 without user information).
package struct Authority: Sendable, Equatable, CustomStringConvertible {
    /// Lower-case name or address; an IPv6 address keeps its brackets.
    package let host: String
    /// The port, if one was given.
    package let port: Int?

    /// Parses an authority.
    /// - Parameter text: `name`, `name:port`, `[v6]` or `[v6]:port`. Anything else gives `nil`.
    package init?(_ text: String) {
        let text = text.lowercased()
        let hostPart: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return nil }
            hostPart = text[...close]
            rest = text[text.index(after: close)...]
            let inner = hostPart.dropFirst().dropLast()
            guard !inner.isEmpty,
                inner.utf8.allSatisfy({ $0.isHexDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
            else { return nil }
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            hostPart = text[..<colon]
            rest = text[colon...]
            guard Self.isName(hostPart) else { return nil }
        }
        if rest.isEmpty {
            port = nil
        } else {
            let digits = rest.dropFirst()
            guard rest.first == ":", (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit),
                let number = Int(digits), number <= 65_535
            else { return nil }
            port = number
        }
        host = String(hostPart)
    }

    package var description: String { port.map { "\(host):\($0)" } ?? host }

    /// Whether the host is this machine by definition: `localhost`, `*.localhost` (RFC 6761 section 6.3),
    /// 127.0.0.0/8 or `[::1]`.
    package var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            && octets.allSatisfy { octet in
                guard (1...3).contains(octet.utf8.count), octet.utf8.allSatisfy(\.isDigit) else {
                    return false
                }
                // A leading zero may mean octal to somebody else's parser.
                return octet == "0" || (octet.first != "0" && Int(octet)! <= 255)
            }
    }

    /// Labels of letters, digits, hyphens and underscores, none empty; a trailing dot is refused.
    private static func isName(_ name: Substring) -> Bool {
        guard !name.isEmpty, name.utf8.count <= 253 else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty
                && label.utf8.allSatisfy {
                    $0.isDigit || $0.isLowercaseLetter || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
    }
}

/// A serialised web origin with scheme `http` or `https` (RFC 6454 section 6.2).
struct WebOrigin: Equatable, CustomStringConvertible {
    let scheme: String
    let authority: Authority

    init?(_ text: String) {
        let text = text.lowercased()
        if text.hasPrefix("https://") {
            scheme = "https"
        } else if text.hasPrefix("http://") {
            scheme = "http"
        } else {
            return nil
        }
        guard let authority = Authority(String(text.dropFirst(scheme.utf8.count + 3))) else { return nil }
        self.authority = authority
    }

    var defaultPort: Int { scheme == "https" ? 443 : 80 }

    /// Browsers leave a default port out; so do we, to compare alike.
    var description: String {
        authority.port == defaultPort ? "\(scheme)://\(authority.host)" : "\(scheme)://\(authority)"
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    fileprivate var isHexDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self) }
}
