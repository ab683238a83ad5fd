/// What ``ModuleLexer`` found in one module.
///
/// All ranges are byte offsets into its source.
package struct LexedModule: Sendable, Equatable {
    /// Imports, re-exports, dynamic imports and uses of `import.meta`, in the order of their keywords.
    ///
    /// Ranges of a computed dynamic import may contain later entries (`import(import.meta.url + x)`).
    package var imports: [LexedImport] = []
    /// The names that the module exports, in source order, `export * from` apart.
    package var exports: [LexedExport] = []
    /// Calls of `import.meta.hot.accept` and `acceptExports`, in source order.
    package var hotAccepts: [LexedHotAccept] = []
    /// Whether `import.meta.hot` is read, in whatever way.
    package var usesHot = false
    /// Files named by `new URL('x', import.meta.url)`, `new Worker('x')` and `new SharedWorker('x')`, in source order.
    package var assets: [LexedAsset] = []
    /// Whether the source starts with a `#!` line.
    package var hasHashbang = false
    /// Whether `import` or `export` declarations, or `import.meta`, were seen: what only a module may contain.
    package var hasModuleSyntax = false
    /// The URL in the last `sourceMappingURL` comment (ECMA-426), without the comment's own characters.
    package var sourceMappingURL: Range<Int>?
    /// The URL in the last `sourceURL` comment.
    package var sourceURL: Range<Int>?

    package init() {}
}

/// One import of a module: a specifier, a computed argument or `import.meta`.
package struct LexedImport: Sendable, Equatable {
    /// The property of `import.meta` that is read.
    package enum MetaProperty: String, Sendable {
        /// `import.meta.url`
        case url
        /// `import.meta.resolve`
        case resolve
        /// `import.meta` alone, with another property, indexed, or as the target of an assignment.
        case other
    }

    /// What kind of import this is.
    package enum Kind: Sendable, Equatable {
        /// `import … from 'x'`, `import 'x'`
        case staticImport
        /// `export … from 'x'`
        case reExport
        /// `import('x')` whose first argument is one string, or one template without substitutions.
        case dynamicImport
        /// `import(expression)`
        case dynamicComputed
        /// `import.meta`
        case importMeta(MetaProperty)
    }

    /// The phase of the import proposals `defer` and `source`.
    package enum Phase: String, Sendable {
        /// The ordinary phase: linked and evaluated.
        case evaluation
        /// `import defer * as x from`, `import.defer()`
        case `defer`
        /// `import source x from`, `import.source()`
        case source
    }

    /// Which exports of the other module are used.
    package enum Names: Sendable, Equatable {
        /// These: the names in the other module, in source order, `default` for its default export.
        ///
        /// Empty for `import 'x'`, computed imports and `import.meta`.
        case only([String])
        /// All of them, or which is not known: `* as x`, `export *`, `import()`, and beyond
        /// ``LexerLimits/importedNames``.
        case all
    }

    /// What kind of import this is.
    package var kind: Kind
    /// Offset of the `import` or `export` keyword.
    package var keyword: Int
    /// The bytes to replace when linking.
    ///
    /// Specifiers: the literal with its quotes. Computed: the first argument without surrounding space and comments.
    /// `import.meta`: all of it, including `.url` or `.resolve`.
    package var range: Range<Int>
    /// The specifier with its escapes decoded; nil for computed imports and `import.meta`.
    package var specifier: String?
    /// The value of the `type` import attribute, such as `json` or `css`.
    package var attributeType: String?
    /// The import's phase.
    package var phase: Phase = .evaluation
    /// Whether this is `export * from 'x'`, which exports every name of `x` but `default`.
    package var isStar = false
    /// Which exports of the other module are used.
    package var names: Names = .only([])

    package init(
        kind: Kind, keyword: Int, range: Range<Int>, specifier: String? = nil, attributeType: String? = nil,
        phase: Phase = .evaluation, isStar: Bool = false, names: Names = .only([])
    ) {
        self.kind = kind
        self.keyword = keyword
        self.range = range
        self.specifier = specifier
        self.attributeType = attributeType
        self.phase = phase
        self.isStar = isStar
        self.names = names
    }
}
