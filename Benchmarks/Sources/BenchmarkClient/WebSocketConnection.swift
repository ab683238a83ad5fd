#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A WebSocket client on one blocking socket: as little as it takes not to be what is measured.
public final class WebSocketConnection {
    /// One frame that has arrived; its payload stays valid until the next one is asked for.
    public struct Frame {
        /// The opcode of RFC 6455, section 5.2.
        public let opcode: UInt8
        /// Whether this is a whole message or the last part of one.
        public let isFinal: Bool
        /// Whether the payload is compressed (RFC 7692).
        public let isDeflated: Bool
        /// The payload's bytes.
        public let payload: UnsafeRawBufferPointer
    }

    /// Whether the server has agreed to permessage-deflate.
    public private(set) var usesDeflate = false
    /// Whether the server compresses with what it has sent before, as it may unless it says otherwise.
    public private(set) var keepsServerContext = true
    private let socket: Int32
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    private var filled = 0
    private var consumed = 0

    /// Connects to `/ws/modules` on the loopback address.
    ///
    /// - Parameters:
    ///   - port: The server's port.
    ///   - offersDeflate: Whether to offer permessage-deflate.
    ///   - timeout: How many seconds a read may wait.
    /// - Throws: ``BenchmarkFailure`` when there is no such server or it refuses.
    public init(port: UInt16, offersDeflate: Bool, timeout: Int) throws {
        socket = makeSocket()
        guard socket >= 0 else { throw BenchmarkFailure.system("socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafeBytes(of: &address) {
            connect(
                socket, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        guard connected == 0 else { throw BenchmarkFailure.system("connect to port \(port)") }
        var on: Int32 = 1
        setsockopt(
            socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout.size(ofValue: on)))
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout.size(ofValue: limit)))
        try upgrade(port, offersDeflate)
    }

    deinit {
        close(socket)
        buffer.deallocate()
    }

    private func upgrade(_ port: UInt16, _ offersDeflate: Bool) throws {
        var request = "GET /ws/modules HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUpgrade: websocket\r\n"
        request += "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        request += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        if offersDeflate {
            request += "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
        }
        try send(Array((request + "\r\n").utf8))
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            try fill(1)
            head.unicodeScalars.append(Unicode.Scalar(buffer[consumed]))
            consumed += 1
        }
        guard head.hasPrefix("HTTP/1.1 101 ") else {
            throw BenchmarkFailure("the server refused the upgrade: \(head.prefix { $0 != "\r\n" })")
        }
        usesDeflate = head.lowercased().contains("permessage-deflate")
        keepsServerContext = !head.lowercased().contains("server_no_context_takeover")
        guard usesDeflate == offersDeflate else {
            throw BenchmarkFailure("the server did not agree to permessage-deflate")
        }
    }

    /// A masked text frame that holds `text`, ready to be sent.
    public static func frame(text: String) -> [UInt8] { frame(opcode: 1, payload: Array(text.utf8)) }

    private static func frame(opcode: UInt8, payload: [UInt8]) -> [UInt8] {
        precondition(payload.count < 65_536)
        var frame: [UInt8] = [0x80 | opcode]
        if payload.count < 126 {
            frame.append(0x80 | UInt8(payload.count))
        } else {
            frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        }
        let key = (0..<4).map { _ in UInt8.random(in: 1...255) }
        frame += key
        for (index, byte) in payload.enumerated() { frame.append(byte ^ key[index & 3]) }
        return frame
    }

    /// Sends bytes that hold whole frames.
    ///
    /// - Throws: ``BenchmarkFailure`` when the connection is gone.
    public func send(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = sendBytes(socket, bytes.baseAddress! + sent, bytes.count - sent)
                guard count > 0 else { throw BenchmarkFailure.system("send") }
                sent += count
            }
        }
    }

    /// The next text or binary frame.
    ///
    /// Pings are answered on the way.
    ///
    /// - Throws: ``BenchmarkFailure`` when none comes in time, or the server closes.
    public func nextFrame() throws -> Frame {
        while true {
            try fill(2)
            let first = buffer[consumed]
            var length = Int(buffer[consumed + 1] & 0x7F)
            var header = 2
            if length == 126 {
                try fill(4)
                length = Int(buffer[consumed + 2]) << 8 | Int(buffer[consumed + 3])
                header = 4
            } else if length == 127 {
                try fill(10)
                length = (2..<10).reduce(0) { $0 << 8 | Int(buffer[consumed + $1]) }
                header = 10
            }
            try fill(header + length)
            let start = consumed + header
            let payload = UnsafeRawBufferPointer(rebasing: buffer[start..<start + length])
            consumed = start + length
            switch first & 0x0F {
            case 0, 1, 2:
                return Frame(
                    opcode: first & 0x0F, isFinal: first & 0x80 != 0, isDeflated: first & 0x40 != 0,
                    payload: payload)
            case 9:
                try send(Self.frame(opcode: 10, payload: Array(payload)))
            case 8:
                throw BenchmarkFailure("the server closed the connection")
            default:
                continue
            }
        }
    }

    /// Reads until `count` bytes are there.
    private func fill(_ count: Int) throws {
        if filled - consumed >= count { return }
        if consumed > 0 {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[consumed..<filled]))
            filled -= consumed
            consumed = 0
        }
        if count > buffer.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count * 2, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
            buffer.deallocate()
            buffer = larger
        }
        while filled < count {
            let received = recv(socket, buffer.baseAddress! + filled, buffer.count - filled, 0)
            guard received > 0 else {
                throw received == 0
                    ? BenchmarkFailure("the server ended the connection") : BenchmarkFailure.system("receive")
            }
            filled += received
        }
    }
}
