import ModuleLinker
import ModuleProtocol
import NIOCore
import WebSocketDeflate

extension ModuleStore {
    /// Modules linked for one page; nothing of it is kept, since it costs little more than to copy it.
    /// - Parameters:
    ///   - parts: The modules, each of which ``PackPart/canBeLinked``.
    ///   - linker: The page's.
    ///   - id: The request's.
    /// - Returns: One or two messages, made on the thread pool: large modules stand apart.
    package func linked(
        _ parts: [PackPart], by linker: ModuleLinker, id: RequestID?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<[OutboundMessage]> {
        threadPool.runIfActive(eventLoop: eventLoop) {
            var small = LinkedPart(isForBlobs: false)
            var large = LinkedPart(isForBlobs: true)
            for part in parts {
                let module = part.module
                let imports = module.imports().records
                let linked = module.content.withUnsafeReadableBytes {
                    linker.link($0, imports: imports, path: module.path)
                }
                if linked.text.count <= ModuleLinker.dataURLBytes {
                    small.add(
                        linked, path: module.path, hash: module.hash, entry: part.entry, size: module.size)
                } else {
                    large.add(
                        linked, path: module.path, hash: module.hash, entry: part.entry, size: module.size)
                }
            }
            return [small, large].filter { !$0.isEmpty }.map { .text($0.message(id: id)) }
        }
    }
}

extension PackPart {
    /// Whether ``ModuleLinker`` links the module as the client would, on a page without import maps.
    package var canBeLinked: Bool { links.isPlain }
}
