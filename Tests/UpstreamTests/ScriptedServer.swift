import Foundation
import Glibc

@testable import Upstream

/// A TCP server that sends exactly the bytes a test tells it to, so that it can break HTTP in any way.
final class ScriptedServer: Sendable {
    /// A request as it came.
    struct Received: Sendable {
        var method: String
        var target: String
        var headers: [(name: String, value: String)]
        /// Counts connections from 0.
        var connection: Int
        /// Counts requests of all connections from 0.
        var index: Int

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// What to do with a request, in order; the connection is kept unless a step ends it.
    enum Step: Sendable {
        case send([UInt8])
        /// One byte at a time.
        case trickle([UInt8])
        /// Ends the connection properly (FIN).
        case close
        /// Ends the connection rudely (RST).
        case reset
        /// Sends nothing until the client is gone.
        case hang
        /// Waits for the test.
        case wait(Gate)
    }

    private struct State {
        var requests: [Received] = []
        var open: Set<Int32> = []
        var connections = 0
        var mostOpen = 0
        var isStopped = false
    }

    let port: Int
    let isIPv6: Bool
    private let listener: Int32
    private let state = Locked(State())
    private let script: @Sendable (Received) -> [Step]

    init(ipv6: Bool = false, _ script: @escaping @Sendable (Received) -> [Step]) throws {
        self.script = script
        isIPv6 = ipv6
        (listener, port) = try Self.listen(ipv6: ipv6)
        Thread.detachNewThread { [self] in accept() }
    }

    /// The same answer to everything.
    convenience init(answer steps: [Step]) throws {
        try self.init { _ in steps }
    }

    var url: String { isIPv6 ? "http://[::1]:\(port)" : "http://127.0.0.1:\(port)" }
    var requests: [Received] { state.withLock { $0.requests } }
    var connectionCount: Int { state.withLock { $0.connections } }
    var mostOpenConnections: Int { state.withLock { $0.mostOpen } }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            for socket in state.open { shutdown(socket, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    // MARK: - Sockets

    struct SocketError: Error { var errno: Int32 }

    private static func listen(ipv6: Bool) throws -> (listener: Int32, port: Int) {
        let listener = socket(ipv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw SocketError(errno: errno) }
        var one: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        let bound: Int32
        if ipv6 {
            setsockopt(listener, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, socklen_t(MemoryLayout<Int32>.size))
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_addr = in6addr_loopback
            bound = withSocketAddress(of: &address) { bind(listener, $0, $1) }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            bound = withSocketAddress(of: &address) { bind(listener, $0, $1) }
        }
        guard bound == 0, Glibc.listen(listener, 512) == 0 else { throw SocketError(errno: errno) }

        // The port's bytes stand at the same place in both kinds of address.
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        return (listener, Int(UInt16(bigEndian: address.sin6_port)))
    }

    private static func withSocketAddress<Address>(
        of address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    private func accept() {
        while true {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else { break }
            let number: Int? = state.withLock { state in
                guard !state.isStopped else { return nil }
                state.open.insert(socket)
                state.connections += 1
                state.mostOpen = max(state.mostOpen, state.open.count)
                return state.connections - 1
            }
            guard let number else {
                close(socket)
                break
            }
            Thread.detachNewThread { [self] in serve(socket, number) }
        }
        close(listener)
    }

    private func serve(_ socket: Int32, _ number: Int) {
        var buffer: [UInt8] = []
        while let request = nextRequest(socket, number, &buffer), run(script(request), on: socket) {}
        _ = state.withLock { $0.open.remove(socket) }
        close(socket)
    }

    /// Reads a request's head; GET and HEAD have no body.
    private func nextRequest(_ socket: Int32, _ number: Int, _ buffer: inout [UInt8]) -> Received? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                let head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return received(head, number)
            }
            guard let bytes = Self.read(socket) else { return nil }
            buffer += bytes
        }
    }

    private func received(_ head: String, _ number: Int) -> Received {
        let lines = head.split(separator: "\r\n")
        let first = (lines.first ?? "").split(separator: " ")
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                name: String(parts[0]),
                value: (parts.count > 1 ? String(parts[1]) : "").trimmingCharacters(in: .whitespaces)
            )
        }
        return state.withLock { state in
            let request = Received(
                method: first.count > 0 ? String(first[0]) : "",
                target: first.count > 1 ? String(first[1]) : "",
                headers: headers, connection: number, index: state.requests.count)
            state.requests.append(request)
            return request
        }
    }

    /// - Returns: whether the connection is kept.
    private func run(_ steps: [Step], on socket: Int32) -> Bool {
        for step in steps {
            switch step {
            case .send(let bytes):
                guard Self.write(bytes, to: socket) else { return false }
            case .trickle(let bytes):
                for byte in bytes { guard Self.write([byte], to: socket) else { return false } }
            case .close:
                shutdown(socket, Int32(SHUT_WR))
                return false
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
                return false
            case .hang:
                while Self.read(socket) != nil {}
                return false
            case .wait(let gate):
                gate.wait()
            }
        }
        return true
    }

    private static func read(_ socket: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    private static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// Opens once; whoever waits goes on then.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    func wait() {
        semaphore.wait()
        semaphore.signal()
    }
}
