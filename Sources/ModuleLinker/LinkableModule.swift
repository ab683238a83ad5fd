import ModuleProtocol
import NIOCore

/// One version of a module with all that it takes to link it for any page.
///
/// Immutable, safe on any thread.
package struct LinkableModule: Sendable {
    /// The module's path.
    package let path: ModulePath
    /// The content's hash.
    package let hash: String
    /// The module's bytes, valid UTF-8.
    package let content: ByteBuffer
    /// What stands for it in packs.
    package let entry: EncodedPackEntry
    /// What is changed.
    package let plan: LinkPlan

    /// Puts together what belongs to one version of a module.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - hash: The content's hash.
    ///   - content: The module's bytes, which the plan was made of.
    ///   - entry: What stands for it in packs.
    ///   - plan: What is changed.
    package init(
        path: ModulePath, hash: String, content: ByteBuffer, entry: EncodedPackEntry, plan: LinkPlan
    ) {
        self.path = path
        self.hash = hash
        self.content = content
        self.entry = entry
        self.plan = plan
    }
}
