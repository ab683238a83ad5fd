import NIOCore
import Synchronization

/// One ``WebSocketCodec`` per event loop, for a server whose connections live on several.
package final class WebSocketCodecPool: Sendable {
    private let level: Int
    private let codecs = Mutex<[ObjectIdentifier: NIOLoopBound<WebSocketCodec>]>([:])

    /// A pool without any codec yet.
    ///
    /// - Parameter level: zlib's level for messages that are deflated on the event loop, 1 to 9.
    package init(level: Int = 1) {
        self.level = level
    }

    /// The event loop's codec, made at the first call.
    ///
    /// - Parameter eventLoop: The event loop this is called on; kept alive by the pool.
    /// - Returns: The same object for each call with this event loop.
    package func codec(on eventLoop: any EventLoop) -> WebSocketCodec {
        eventLoop.preconditionInEventLoop()
        let bound = codecs.withLock { codecs in
            if let existing = codecs[ObjectIdentifier(eventLoop)] { return existing }
            let made = NIOLoopBound(WebSocketCodec(level: level), eventLoop: eventLoop)
            codecs[ObjectIdentifier(eventLoop)] = made
            return made
        }
        return bound.value
    }
}
