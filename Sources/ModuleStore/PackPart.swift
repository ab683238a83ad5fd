import ModuleGraph
import ModuleLinker
import ModuleProtocol
import NIOCore

/// Where a module's imports lead, as far as that does not depend on the page.
package struct ModuleLinks: Sendable {
    /// Modules that relative and root-relative specifiers name, each once, in the order of their first mention.
    package let paths: [ModulePath]
    /// Specifiers that depend on the page, bare ones, full URLs and ones with a fragment, or that take a URL parser;
    /// each once.
    package let others: [String]
    /// What the module says about hot updates.
    package let hot: HotSource
    /// Why nothing is known of the module's imports, when its text could not be read.
    package let syntaxError: ModuleSyntaxError?
    /// How the module is linked for a page without import maps; `nil` when it is not certain how a browser reads every URL in
    /// the module.
    let plan: LinkPlan?

    /// - Parameters:
    ///   - scan: The module's imports; takes what they say about hot updates along.
    ///   - base: What relative imports are resolved against.
    ///   - plan: How the module is linked.
    init(_ scan: ImportScan, base: ModulePath, plan: LinkPlan?) {
        self.plan = plan
        var plain: [ByteKey: ModulePath] = [:]
        var paths: [ModulePath] = []
        var mentioned: Set<ModulePath> = []
        var others: [String] = []
        var seen: Set<ByteKey> = []
        for record in scan.records {
            guard let specifier = record.specifier, seen.insert(ByteKey(specifier)).inserted else { continue }
            if Self.isSpelledPlainly(specifier), let path = base.resolving(specifier) {
                plain[ByteKey(specifier)] = path
                if mentioned.insert(path).inserted { paths.append(path) }
            } else {
                others.append(specifier)
            }
        }
        // Kept for as long as the module: without the room to grow.
        self.paths = paths.map(\.self)
        self.others = others.map(\.self)
        syntaxError = scan.syntaxError
        hot = scan.hotSource { specifier in
            plain[ByteKey(specifier)] ?? (Self.isSpelledPlainly(specifier) ? base.resolving(specifier) : nil)
        }
    }

    /// Whether a browser spells the URL's query as it stands here: it encodes some characters there.
    private static func isSpelledPlainly(_ specifier: String) -> Bool {
        guard let start = specifier.utf8.firstIndex(of: UInt8(ascii: "?")) else { return true }
        return specifier.utf8[start...].allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "%")...UInt8(ascii: "&"), UInt8(ascii: "*")...UInt8(ascii: ";"),
                UInt8(ascii: "="),
                UInt8(ascii: "?"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// Bytes in memory, about.
    var cost: Int {
        paths.reduce(0) { $0 + 48 + $1.string.utf8.count } + others.reduce(0) { $0 + 48 + $1.utf8.count }
            + hot.imports.reduce(0) { $0 + 64 + $1.names.cost } + (plan?.cost ?? 0)
    }
}

/// What a module contributes to packs; every version of a module makes it once.
///
/// A class, since graphs of thousands are passed on and each copy would count up every member.
package final class PackPart: Sendable {
    /// The module, whose content follows the header.
    package let module: StoredModule
    /// What stands for it in the header.
    package let entry: EncodedPackEntry
    /// Where its imports lead.
    package let links: ModuleLinks
    /// The module's bytes; here, too, since thousands are counted on event loops, and the modules lie anywhere in memory.
    package let size: Int

    init(module: StoredModule, entry: EncodedPackEntry, links: ModuleLinks) {
        self.module = module
        size = module.size
        self.entry = entry
        self.links = links
    }

    /// The part with imports that lead elsewhere than their specifiers say by themselves.
    /// - Parameter resolve: What a specifier leads to.
    package func resolving(_ resolve: (String) -> ModulePath?) -> PackPart {
        PackPart(module: module, entry: module.packEntry(resolving: resolve), links: links)
    }
}

extension UsedNames {
    /// Bytes in memory, about.
    fileprivate var cost: Int {
        switch self {
        case .only(let names): names.isEmpty ? 0 : 32 + names.reduce(0) { $0 + 16 + $1.utf8.count }
        case .all: 0
        }
    }
}
