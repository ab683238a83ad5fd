import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocketDeflate

/// A frame as a client sends it, right or wrong.
struct ClientFrame {
    var opcode: UInt8
    var payload: [UInt8]
    var fin = true
    var rsv: UInt8 = 0
    var key: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D]
    /// Number of length bytes after the second byte: 0, 2 or 8; nil: the shortest form.
    var lengthBytes: Int?

    static func text(_ text: String, fin: Bool = true, rsv: UInt8 = 0) -> ClientFrame {
        ClientFrame(opcode: 1, payload: Array(text.utf8), fin: fin, rsv: rsv)
    }

    static func close(_ code: UInt16?, _ reason: String = "") -> ClientFrame {
        let payload = code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []
        return ClientFrame(opcode: 8, payload: payload + Array(reason.utf8))
    }

    var bytes: [UInt8] {
        var bytes = [(fin ? 0x80 : 0) | rsv << 4 | opcode]
        let mask: UInt8 = key == nil ? 0 : 0x80
        let shortest = payload.count < 126 ? 0 : payload.count <= 0xFFFF ? 2 : 8
        switch lengthBytes ?? shortest {
        case 0:
            bytes.append(mask | UInt8(payload.count))
        case 2:
            bytes.append(mask | 126)
            bytes += [UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(mask | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        guard let key else { return bytes + payload }
        bytes += key
        bytes += payload.enumerated().map { $1 ^ key[$0 % 4] }
        return bytes
    }
}

/// A frame the server sent.
struct ServerFrame: Equatable {
    var fin = true
    var rsv: UInt8 = 0
    var opcode: UInt8
    var payload: [UInt8]

    static func text(_ text: String) -> ServerFrame { ServerFrame(opcode: 1, payload: Array(text.utf8)) }

    /// The code of a Close frame; nil when it is another frame or has none.
    var closeCode: UInt16? {
        opcode == 8 && payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
    }

    /// Reads the unmasked frames in `bytes`, all of them complete.
    static func parse(_ bytes: [UInt8]) throws -> [ServerFrame] {
        var frames: [ServerFrame] = []
        var rest = bytes[...]
        func take(_ count: Int) throws -> [UInt8] {
            try #require(rest.count >= count)
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        while !rest.isEmpty {
            let head = try take(2)
            try #require(head[1] & 0x80 == 0, "a server does not mask")
            let lengthBytes = head[1] == 126 ? 2 : head[1] == 127 ? 8 : 0
            let length = try take(lengthBytes).reduce(lengthBytes == 0 ? Int(head[1]) : 0) {
                $0 << 8 | Int($1)
            }
            frames.append(
                ServerFrame(
                    fin: head[0] & 0x80 != 0, rsv: head[0] >> 4 & 7, opcode: head[0] & 0x0F,
                    payload: try take(length)))
        }
        return frames
    }
}

/// What the handler told its user, in a form that can be compared.
enum Received: Equatable {
    case text(String)
    case binary([UInt8])
    case pong
    case closed(UInt16, String)

    init(_ inbound: WebSocketInbound) {
        switch inbound {
        case .text(let text): self = .text(String(buffer: text))
        case .binary(let bytes): self = .binary(Array(buffer: bytes))
        case .pong: self = .pong
        case .closed(let code, let reason): self = .closed(code, reason)
        }
    }
}

/// Stands where the socket is: can be shut on one side, which an embedded channel cannot, and counts flushes.
final class SocketStandIn: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var isOutputShut = false
    var writes = 0
    var flushes = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        writes += 1
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        flushes += 1
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        isOutputShut = true
        promise?.succeed()
    }
}

/// A server's connection without a network.
struct TestConnection {
    let channel: EmbeddedChannel
    let socket = SocketStandIn()
    let handler: WebSocketMessageHandler

    init(_ configuration: WebSocketMessageHandler.Configuration = .init()) throws {
        handler = WebSocketMessageHandler(configuration: configuration)
        channel = EmbeddedChannel(handlers: [socket, handler])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// Delivers the frames in one read.
    func send(_ frames: ClientFrame...) throws {
        try send(bytes: frames.flatMap(\.bytes))
    }

    /// Delivers bytes in reads of at most `chop` bytes.
    func send(bytes: [UInt8], chop: Int = .max) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try channel.writeInbound(ByteBuffer(bytes: rest.prefix(chop)))
            rest = rest.dropFirst(chop)
        }
    }

    /// What has come out for the user since the last call.
    func received() throws -> [Received] {
        var all: [Received] = []
        while let inbound = try channel.readInbound(as: WebSocketInbound.self) {
            all.append(Received(inbound))
        }
        return all
    }

    /// The frames the server has sent since the last call.
    func sent() throws -> [ServerFrame] {
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += Array(buffer: buffer) }
        return try ServerFrame.parse(bytes)
    }

    /// Checks that the server failed the connection with `code`, said so once to each side, and waits for the
    /// peer to end.
    func expectFailure(_ code: UInt16, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let frames = try sent()
        #expect(frames.map(\.closeCode) == [code], sourceLocation: sourceLocation)
        let events = try received()
        #expect(events.count == 1, sourceLocation: sourceLocation)
        guard case .closed(code, _)? = events.last else {
            Issue.record("closed with \(events)", sourceLocation: sourceLocation)
            return
        }
        #expect(socket.isOutputShut, sourceLocation: sourceLocation)
    }

    /// Ends the test: nothing may be left over or leak.
    func finish() {
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}

extension [UInt8] {
    init(buffer: ByteBuffer) {
        self = buffer.withUnsafeReadableBytes { Array($0) }
    }

    /// Bytes without a pattern that deflate could use.
    static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}

/// A repeatable source of random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
