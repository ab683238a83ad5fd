/// `new URL('x', import.meta.url)` and `new Worker('x')`.
///
/// Everything here only looks ahead: the main loop lexes the same bytes afterwards.
extension Lexer {
    /// After the keyword `new`, which started at `start`.
    mutating func readNew(_ start: UnsafePointer<UInt8>) throws(LexFailure) {
        let name = try skipTrivia(cursor)
        guard name < end else { return }
        switch name.pointee {
        case UInt8(ascii: "U"):
            // The URL of a worker has been taken with the worker.
            guard start != workerURL, let (specifier, _) = try moduleURL(start) else { return }
            try record(
                LexedAsset(kind: .url, keyword: offset(start), specifier: specifier, isRelativeToModule: true)
            )
        case UInt8(ascii: "W") where word(name, is: "Worker"):
            try readWorker(.worker, start, name + 6)
        case UInt8(ascii: "S") where word(name, is: "SharedWorker"):
            try readWorker(.sharedWorker, start, name + 12)
        default:
            break
        }
    }

    /// The specifier in `new URL('x', import.meta.url)` at `start`, and the token after it.
    private mutating func moduleURL(
        _ start: UnsafePointer<UInt8>
    ) throws(LexFailure) -> (specifier: LexedLiteral, next: UnsafePointer<UInt8>)? {
        guard let open = try skipTokens(["new", "URL", "("], start),
            let (specifier, next) = try literalArgument(open),
            let last = try skipTokens([",", "import", ".", "meta", ".", "url"], next)
        else { return nil }
        let close = try skipTokens([","], last) ?? last
        guard let next = try skipTokens([")"], close) else { return nil }
        return (specifier, next)
    }

    /// The arguments of a worker, from `place` on.
    private mutating func readWorker(
        _ kind: LexedAsset.Kind, _ start: UnsafePointer<UInt8>, _ place: UnsafePointer<UInt8>
    ) throws(LexFailure) {
        guard let argument = try skipTokens(["("], place), argument < end else { return }
        var found: (specifier: LexedLiteral, next: UnsafePointer<UInt8>)?
        let isURL = word(argument, is: "new")
        found = isURL ? try moduleURL(argument) : try literalArgument(argument)
        guard let found, isArgumentEnd(found.next) else { return }
        if isURL { workerURL = argument }
        let isModule = found.next.pointee == Ascii.comma ? try saysModule(found.next + 1) : false
        try record(
            LexedAsset(
                kind: kind, keyword: offset(start), specifier: found.specifier, isRelativeToModule: isURL,
                isModuleWorker: isModule))
    }

    /// Whether the object literal at or after `start` has `type: 'module'`.
    ///
    /// Properties before it must be plain: names, numbers, strings; after anything else the answer is false.
    private mutating func saysModule(_ start: UnsafePointer<UInt8>) throws(LexFailure) -> Bool {
        guard var place = try skipTokens(["{"], start) else { return false }
        while place < end {
            let isType: Bool
            let next: UnsafePointer<UInt8>
            if let (key, stop) = try literalArgument(place) {
                isType = key.value == "type"
                next = stop
            } else if startsIdentifier(place) {
                isType = word(place, is: "type")
                next = try skipTrivia(identifierEnd(place))
            } else {
                return false
            }
            guard let value = try skipTokens([":"], next), value < end else { return false }
            let literal = try literalArgument(value)
            if isType { return literal?.specifier.value == "module" }
            let after: UnsafePointer<UInt8>
            if let literal {
                after = literal.next
            } else {
                after = try skipTrivia(identifierEnd(value))
            }
            guard let following = try skipTokens([","], after) else { return false }
            place = following
        }
        return false
    }

    // MARK: Looking ahead

    /// The literal at `place` and the token after it; nil if there is a template with substitutions or none at all.
    mutating func literalArgument(
        _ place: UnsafePointer<UInt8>
    ) throws(LexFailure) -> (specifier: LexedLiteral, next: UnsafePointer<UInt8>)? {
        guard let (stop, escaped) = try literalEnd(place) else { return nil }
        return (try literal(place, stop, escaped: escaped), try skipTrivia(stop))
    }

    /// The token after `tokens`, words or single characters, of which the first is at or after `start`; nil if
    /// they are not there.
    private mutating func skipTokens(
        _ tokens: [StaticString], _ start: UnsafePointer<UInt8>
    ) throws(LexFailure) -> UnsafePointer<UInt8>? {
        var place = try skipTrivia(start)
        for token in tokens {
            let isWord = ByteTable.classes[Int(token.utf8Start[0])] == ByteTable.identifier
            guard place < end, isWord ? word(place, is: token) : place.pointee == token.utf8Start[0] else {
                return nil
            }
            place = try skipTrivia(place + token.utf8CodeUnitCount)
        }
        return place
    }

    /// Where the identifier, number or keyword at `place` ends.
    private mutating func identifierEnd(_ place: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        let kept = cursor
        defer { cursor = kept }
        return afterIdentifier(place)
    }
}
