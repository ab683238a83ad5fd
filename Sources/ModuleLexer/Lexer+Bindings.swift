/// The bindings of `export const`, `let` and `var`.
///
/// The frames of the patterns, and the module's own frame while the declaration lasts, are marked `isBinding`: a comma
/// (and in an object pattern a colon) in such a frame comes back here. Initialisers and computed keys are expressions
/// like any other, which the main loop lexes.
extension Lexer {
    /// What is expected next in a pattern.
    enum BindingPlace {
        /// An element of the declaration or array pattern, or a key of the object pattern.
        case element
        /// What the key before the colon, or the three dots, bind to.
        case target
    }

    /// Records bindings from the cursor on, until an expression or a closing bracket comes.
    mutating func lexBindings(at first: BindingPlace) throws(LexFailure) {
        var place = first
        while true {
            cursor = try skipTrivia(cursor)
            let isKey = place == .element && frames.top.kind == .object
            position = isKey ? .name : .operand
            guard cursor < end else { return }
            switch cursor.pointee {
            case Ascii.dot where ahead(1, Ascii.dot) && ahead(2, Ascii.dot):
                cursor += 3
                place = .target
            case Ascii.openBrace where !isKey:
                try openPattern(.object)
                place = .element
            case Ascii.openBracket where !isKey:
                try openPattern(.bracket)
                place = .element
            default:
                guard startsIdentifier(cursor) else { return }
                let name = try readIdentifier()
                if isKey {
                    let next = try skipTrivia(cursor)
                    if next < end, next.pointee == Ascii.colon {
                        cursor = next + 1
                        place = .target
                        continue
                    }
                }
                try record(
                    LexedExport(
                        name: name.value, range: name.range, localName: name.value, localRange: name.range))
                position = .operator
                if frames.depth == 0 { bareBindingEnd = cursor }
                return
            }
        }
    }

    private mutating func openPattern(_ kind: Frame.Kind) throws(LexFailure) {
        try frames.push(kind, after: .operator, opened: offset(cursor))
        frames.top.isBinding = true
        cursor += 1
    }

    /// After the body of an arrow function in an exported declaration: only a comma or a bracket continues it.
    mutating func endArrowInBinding() throws(LexFailure) {
        let next = try skipTrivia(cursor)
        if next < end, next.pointee != Ascii.comma, frames.depth == 0 { frames.top.isBinding = false }
    }

    /// Whether the last token is a binding without initialiser, which a slash on a new line cannot continue:
    /// `let x` is complete there, so the slash starts a regular expression (ECMA-262, 12.10.1).
    mutating func endsBareDeclaration() throws(LexFailure) -> Bool {
        if bareBindingEnd == lastTokenEnd { return true }
        guard var place = declaration else { return false }
        // Looked at once, so that a long list costs no more than its length.
        declaration = nil
        let kept = cursor
        defer { cursor = kept }
        while true {
            place = try skipTrivia(place)
            guard place < lastTokenEnd, startsIdentifier(place) else { return false }
            let stop = afterIdentifier(place)
            if stop == lastTokenEnd { return true }
            place = try skipTrivia(stop)
            guard place < lastTokenEnd, place.pointee == Ascii.comma else { return false }
            place += 1
        }
    }
}
