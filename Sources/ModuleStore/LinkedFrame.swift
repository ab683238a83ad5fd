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
            linker.messages(linking: parts.map(\.linkable), id: id).map {
                OutboundMessage(kind: .text, body: $0)
            }
        }
    }
}

extension PackPart {
    /// Whether ``ModuleLinker`` links the module as the client would, on a page without import maps.
    package var canBeLinked: Bool { links.plan != nil }

    /// The module as the linker takes it.
    fileprivate var linkable: LinkableModule {
        guard let plan = links.plan else { preconditionFailure("\(module.path) can be linked") }
        return LinkableModule(
            path: module.path, hash: module.hash, content: module.content, entry: entry, plan: plan)
    }
}
