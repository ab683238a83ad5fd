import NIOCore
import NIOHTTP1

/// Where a client is, as far as it matters: on this machine or beyond a network.
enum ClientAddress {
    /// Whether the connection's other end is on this machine; a proxy beside us counts as such.
    static func peerIsLoopback(_ peer: SocketAddress?) -> Bool {
        switch peer {
        case .v4(let address):
            // The address is in network byte order: its first byte in memory is the first octet.
            return withUnsafeBytes(of: address.address.sin_addr) { $0[0] == 127 }
        case .v6(let address):
            return withUnsafeBytes(of: address.address.sin6_addr) { bytes in
                let isV4Mapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
                return (bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1)
                    || (isV4Mapped && bytes[12] == 127)
            }
        case .unixDomainSocket:
            return true
        case nil:
            return false
        }
    }

    /// Whether bytes to the client cost nothing: it and every proxy on the way are on this machine.
    ///
    /// A false header only changes whether that client's own modules are compressed.
    static func pathIsLoopback(peer: SocketAddress?, headers: HTTPHeaders) -> Bool {
        guard peerIsLoopback(peer) else { return false }
        return headers[canonicalForm: "x-forwarded-for"].allSatisfy { forwarded in
            let host =
                forwarded.contains(":") && !forwarded.hasPrefix("[") ? "[\(forwarded)]" : String(forwarded)
            return Authority(host)?.isLoopback ?? false
        }
    }
}
