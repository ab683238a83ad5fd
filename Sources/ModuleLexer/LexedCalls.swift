/// A string, or a template without substitutions, that is an argument by itself.
package struct LexedLiteral: Sendable, Equatable {
    /// The literal with its quotes.
    package var range: Range<Int>
    /// Its value, with escapes decoded.
    package var value: String

    package init(range: Range<Int>, value: String) {
        self.range = range
        self.value = value
    }
}

/// A call of `import.meta.hot.accept` or `import.meta.hot.acceptExports`, optional chaining included.
///
/// Only calls on `import.meta` itself are found: not `const hot = import.meta.hot; hot.accept()`.
package struct LexedHotAccept: Sendable, Equatable {
    /// What the call accepts.
    package enum Kind: String, Sendable {
        /// `accept()`, `accept(callback)`: the module itself.
        case own
        /// `accept('./a', callback)`, `accept(['./a', './b'], callback)`: updates of these dependencies.
        case dependencies
        /// `acceptExports('a', callback)`, `acceptExports(['a', 'b'], callback)`: own updates while only these
        /// exports are used.
        case exports
    }

    /// What the call accepts.
    package var kind: Kind
    /// Offset of the `import` keyword.
    package var keyword: Int
    /// The dependencies' specifiers or the exports' names, in source order.
    package var literals: [LexedLiteral] = []
    /// Whether `literals` is all there is: false when a part is computed, such as `accept(['./a', b])`.
    package var isComplete = true

    package init(kind: Kind, keyword: Int, literals: [LexedLiteral] = [], isComplete: Bool = true) {
        self.kind = kind
        self.keyword = keyword
        self.literals = literals
        self.isComplete = isComplete
    }
}

/// A file that a module names in an expression instead of importing it.
///
/// Known by its spelling, whatever the names `URL`, `Worker` and `SharedWorker` stand for in the module.
package struct LexedAsset: Sendable, Equatable {
    /// The expression that names the file.
    package enum Kind: String, Sendable {
        /// `new URL('x', import.meta.url)`
        case url
        /// `new Worker('x')`, `new Worker(new URL('x', import.meta.url))`
        case worker
        /// `new SharedWorker('x')`, `new SharedWorker(new URL('x', import.meta.url))`
        case sharedWorker
    }

    /// The expression that names the file.
    package var kind: Kind
    /// Offset of the `new` keyword, the outer one of a worker with a URL.
    package var keyword: Int
    /// The literal and what it names.
    package var specifier: LexedLiteral
    /// Whether the specifier is relative to this module; otherwise it is relative to the document, as browsers
    /// resolve `new Worker('x')`.
    package var isRelativeToModule: Bool
    /// Whether the worker's options say `type: 'module'` literally.
    package var isModuleWorker: Bool

    package init(
        kind: Kind, keyword: Int, specifier: LexedLiteral, isRelativeToModule: Bool,
        isModuleWorker: Bool = false
    ) {
        self.kind = kind
        self.keyword = keyword
        self.specifier = specifier
        self.isRelativeToModule = isRelativeToModule
        self.isModuleWorker = isModuleWorker
    }
}
