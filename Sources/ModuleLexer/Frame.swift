/// What may come next at the cursor.
///
/// It decides whether `/` starts a regular expression, `{` a block or an object literal, and whether a word is a
/// keyword.
enum Position: UInt8 {
    /// The start of a statement: `/` is a regular expression, `{` a block.
    case statement
    /// Before an operand: `/` is a regular expression, `{` an object literal.
    case operand
    /// After `export default`: an operand, but `function` and `class` are declarations.
    case exportDefault
    /// After an operand: `/` divides.
    case `operator`
    /// Before or in a property name of an object literal or class: every word is a name.
    case name
}

/// One open bracket, template substitution or class head.
struct Frame {
    /// What is open.
    ///
    /// Parentheses are the cases from `parenthesis` to `dynamicImport`.
    enum Kind: UInt8 {
        case block
        case object
        /// Between `class` and the brace of its body.
        case classHead
        case classBody
        case bracket
        case template
        case parenthesis
        /// `if (`, `while (`, `with (`, `switch (`: a statement follows.
        case head
        /// `for (`, where `of` is an operator.
        case forHead
        case declarationParameters
        case expressionParameters
        case dynamicImport

        @inline(__always) var isParenthesis: Bool { rawValue >= Kind.parenthesis.rawValue }
    }

    var kind: Kind
    /// What comes next once this is closed.
    var after: Position
    /// Whether its elements are exported bindings; see ``Lexer/lexBindings(at:)``.
    var isBinding = false
    /// How many `?` of conditional expressions wait for their `:`.
    var conditionals: UInt32 = 0
    /// The dynamic import whose first argument is still open, as index into the imports; negative: none.
    var pendingImport: Int32 = -1
    /// Offset of what opened it, for errors.
    var opened: Int
}

/// The open brackets, bounded by ``LexerLimits/nesting``.
struct FrameStack: ~Copyable {
    private var frames: UnsafeMutablePointer<Frame>
    private var capacity = 32
    /// How many are open, not counting the module itself.
    private(set) var depth = 0

    /// Starts with the module itself, which is a block.
    init() {
        frames = .allocate(capacity: capacity)
        frames.initialize(to: Frame(kind: .block, after: .statement, opened: 0))
    }

    deinit { frames.deallocate() }

    /// The innermost open frame.
    ///
    /// Always there: the first one is never popped.
    var top: Frame {
        @inline(__always) get { frames[depth] }
        @inline(__always) _modify { yield &frames[depth] }
    }

    @inline(__always) mutating func push(
        _ kind: Frame.Kind, after: Position, opened: Int
    ) throws(LexFailure) {
        depth &+= 1
        if depth == capacity { try grow(opened) }
        (frames + depth).initialize(to: Frame(kind: kind, after: after, opened: opened))
    }

    /// Removes the innermost frame.
    ///
    /// The caller has checked that it is not the module itself.
    @inline(__always) mutating func pop() {
        assert(depth > 0)
        depth &-= 1
    }

    @inline(never) private mutating func grow(_ offset: Int) throws(LexFailure) {
        guard depth <= LexerLimits.nesting else {
            throw LexFailure(code: .nestedTooDeeply, offset: offset)
        }
        let larger = min(capacity * 2, LexerLimits.nesting + 1)
        let moved = UnsafeMutablePointer<Frame>.allocate(capacity: larger)
        moved.moveInitialize(from: frames, count: capacity)
        frames.deallocate()
        frames = moved
        capacity = larger
    }
}
