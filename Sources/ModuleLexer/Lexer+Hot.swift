/// `import.meta.hot`.
///
/// Everything here only looks ahead: the main loop lexes the same bytes afterwards.
extension Lexer {
    /// Takes note of `.hot` and of `.hot.accept(…)` at `place`, right after an `import.meta` that started at `start`.
    mutating func readHot(
        _ start: UnsafePointer<UInt8>, _ place: UnsafePointer<UInt8>
    ) throws(LexFailure) {
        guard let hot = try memberName(place), word(hot, is: "hot") else { return }
        module.usesHot = true
        guard let name = try memberName(hot + 3) else { return }
        let isExports = word(name, is: "acceptExports")
        guard isExports || word(name, is: "accept") else { return }
        var open = try skipTrivia(name + (isExports ? 13 : 6))
        if open < end, open.pointee == Ascii.question, end - open >= 2, open[1] == Ascii.dot {
            open = try skipTrivia(open + 2)
        }
        guard open < end, open.pointee == Ascii.openParenthesis else { return }
        var found = LexedHotAccept(kind: isExports ? .exports : .dependencies, keyword: offset(start))
        try readAccepted(try skipTrivia(open + 1), &found)
        try record(found)
    }

    /// The name after `.` or `?.` at or after `start`.
    private mutating func memberName(
        _ start: UnsafePointer<UInt8>
    ) throws(LexFailure) -> UnsafePointer<UInt8>? {
        var place = try skipTrivia(start)
        if place < end, place.pointee == Ascii.question { place += 1 }
        guard place < end, place.pointee == Ascii.dot else { return nil }
        place = try skipTrivia(place + 1)
        return startsIdentifier(place) ? place : nil
    }

    /// The first argument, at `place`: one literal, an array of them, or anything else.
    private mutating func readAccepted(
        _ place: UnsafePointer<UInt8>, _ found: inout LexedHotAccept
    ) throws(LexFailure) {
        guard place < end else { return }
        switch place.pointee {
        case Ascii.singleQuote, Ascii.doubleQuote, Ascii.backtick:
            if let (literal, stop) = try literalArgument(place), isArgumentEnd(stop) {
                found.literals = [literal]
            } else {
                found.isComplete = false
            }
        case Ascii.openBracket:
            found.isComplete = false
            if let stop = try readAcceptedList(place, &found) { found.isComplete = isArgumentEnd(stop) }
        default:
            // A callback or nothing: the module accepts itself. Exports have to be named.
            if found.kind == .exports {
                found.isComplete = false
            } else {
                found.kind = .own
            }
        }
    }

    /// The literals of the array at `start`; the token after it, or nil if there is anything else in the array.
    private mutating func readAcceptedList(
        _ start: UnsafePointer<UInt8>, _ found: inout LexedHotAccept
    ) throws(LexFailure) -> UnsafePointer<UInt8>? {
        var place = try skipTrivia(start + 1)
        while place < end {
            if place.pointee == Ascii.closeBracket { return try skipTrivia(place + 1) }
            guard let (literal, stop) = try literalArgument(place), stop < end,
                stop.pointee == Ascii.comma || stop.pointee == Ascii.closeBracket
            else { return nil }
            try checkCount(found.literals.count, at: literal.range.lowerBound)
            found.literals.append(literal)
            place = stop.pointee == Ascii.comma ? try skipTrivia(stop + 1) : stop
        }
        return nil
    }

    /// Whether an argument ends before the token at `place`.
    func isArgumentEnd(_ place: UnsafePointer<UInt8>) -> Bool {
        place < end && (place.pointee == Ascii.comma || place.pointee == Ascii.closeParenthesis)
    }
}
