import ModuleProtocol
import NIOCore

/// Where a module's imports lead, as far as that does not depend on the page.
package struct ModuleLinks: Sendable {
    /// Modules that relative and root-relative specifiers name, each once, in the order of their first mention.
    package let paths: [ModulePath]
    /// Specifiers that depend on the page: bare ones, full URLs and ones with a fragment; each once.
    package let others: [String]

    init(_ records: [ImportRecord], base: ModulePath) {
        var paths: [ModulePath] = []
        var others: [String] = []
        var seen: Set<ByteKey> = []
        for record in records {
            guard let specifier = record.specifier, seen.insert(ByteKey(specifier)).inserted else { continue }
            if let path = base.resolving(specifier) {
                if !paths.contains(path) { paths.append(path) }
            } else {
                others.append(specifier)
            }
        }
        self.paths = paths
        self.others = others
    }

    /// Bytes in memory, about.
    var cost: Int {
        paths.reduce(0) { $0 + 48 + $1.string.utf8.count } + others.reduce(0) { $0 + 48 + $1.utf8.count }
    }
}

/// What a module contributes to packs; every version of a module makes it once.
package struct PackPart: Sendable {
    /// The module, whose content follows the header.
    package let module: StoredModule
    /// What stands for it in the header.
    package var entry: EncodedPackEntry
    /// Where its imports lead.
    package let links: ModuleLinks
    /// The content as `MessageDeflater` made it; `nil` when it is not compressed yet or not worth it.
    package let deflatedContent: ByteBuffer?
}
