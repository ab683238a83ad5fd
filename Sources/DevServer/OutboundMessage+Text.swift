import NIOCore
import WebSocketDeflate

extension OutboundMessage {
    /// A text message of JSON that was encoded for one occasion.
    init(text json: [UInt8]) { self.init(kind: .text, body: ByteBuffer(bytes: json)) }
}
