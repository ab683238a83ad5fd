/// One name that a module exports.
///
/// `export * from 'x'` exports names that only `x` knows; it is a ``LexedImport`` whose `isStar` is true.
package struct LexedExport: Sendable, Equatable {
    /// The exported name with its escapes decoded; `default` for the default export.
    package var name: String
    /// Where the name stands: an identifier, a string with its quotes, or the keyword `default`.
    package var range: Range<Int>
    /// The binding of this module that is exported; nil for re-exports and for a default export without a name.
    package var localName: String?
    /// Where that binding is named, the same as `range` in a declaration.
    package var localRange: Range<Int>?
    /// The name in the module it is re-exported from; nil for own exports and for `export * as ns from 'x'`.
    package var importedName: String?
    /// For re-exports, the index of their ``LexedImport`` in the module's imports.
    package var importIndex: Int?

    package init(
        name: String, range: Range<Int>, localName: String? = nil, localRange: Range<Int>? = nil,
        importedName: String? = nil, importIndex: Int? = nil
    ) {
        self.name = name
        self.range = range
        self.localName = localName
        self.localRange = localRange
        self.importedName = importedName
        self.importIndex = importIndex
    }
}
