import Logging
import ModuleProtocol
import ModuleStore
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Upstream
import WebSocketDeflate

/// What the connections of one server share.
///
/// Immutable; its parts are safe on any thread.
struct ServerContext: Sendable {
    let configuration: DevServerConfiguration
    let logger: Logger
    let store: ModuleStore
    let upstream: UpstreamClient?
    let policy: OriginPolicy
    let registry: SessionRegistry
    let hot: HotUpdates
    let threadPool: NIOThreadPool
    /// The zlib streams of each event loop, shared by its sessions.
    let codecs = WebSocketCodecPool()
    let fileIO: NonBlockingFileIO
    /// Random per process, so that a client notices a restart.
    let instance: String

    let keptGraphs: KeptGraphs
    let memoryTrim = MemoryTrim()
    /// Opens files for the developer, where that is configured.
    let editor: EditorLauncher?
    /// What is published over HTTP, by whomever; each session has a limit of its own.
    let publishing = NIOLockedValueBox(RateLimit.publishing(now: .now()))
    let started = NIODeadline.now()

    var importMaps: PageImportMaps {
        PageImportMaps(store: store, file: configuration.importMap, logger: logger)
    }

    var responder: HTTPResponder { HTTPResponder(server: self) }
}
