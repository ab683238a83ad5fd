import ModuleProtocol
import NIOCore

/// Links JavaScript modules as the browser client's `linker.js` does, for pages that ask for it: the text that runs
/// under a `data:` URL as it would under the module's own URL.
///
/// Byte for byte what the client makes of the same module, since pages keep both for their next visit. Only modules of
/// which that is certain without a URL parser have a ``LinkPlan``; the client links the others. Pure and immutable, safe
/// on any thread.
package struct ModuleLinker: Sendable {
    /// The client's `LINKED_FORM`: raised there when the same module is linked to another text than before.
    package static let form = 2
    /// The client's `LIMITS.dataURLBytes`: larger texts become `blob:` URLs.
    package static let dataURLBytes = 65_536

    /// Bytes of an origin; host names have 253 at most.
    private static let originBytes = 300

    /// The page's origin with a slash.
    private let site: [UInt8]

    /// - Parameter origin: The page's `location.origin`; `nil` is returned for what is none of HTTP.
    package init?(origin: String) {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: origin.hasPrefix), origin.utf8.count <= Self.originBytes
        else { return nil }
        let host = origin.utf8.dropFirst(scheme.utf8.count)
        guard !host.isEmpty, host.allSatisfy(PlainURL.isHostByte) else { return nil }
        site = Array(origin.utf8) + [UInt8(ascii: "/")]
    }

    /// Links modules: each message `module:linked` is an import map, which a page adds as it comes, with what it takes to
    /// have the modules' own texts back.
    ///
    /// Takes time in proportion to the modules: not for event loops.
    /// - Parameters:
    ///   - modules: The modules.
    ///   - id: The request's.
    /// - Returns: One or two messages, none for no modules: large modules stand apart, since the page makes `blob:` URLs of
    ///   them.
    package func messages(linking modules: [LinkableModule], id: RequestID?) -> [ByteBuffer] {
        var small: [LinkedModule] = []
        var large: [LinkedModule] = []
        for module in modules {
            let linked = LinkedModule(module, on: site)
            if linked.count <= Self.dataURLBytes { small.append(linked) } else { large.append(linked) }
        }
        return [(small, false), (large, true)].filter { !$0.0.isEmpty }.map { modules, isForBlobs in
            LinkedMessage.encoded(modules, on: site, isForBlobs: isForBlobs, id: id)
        }
    }
}
