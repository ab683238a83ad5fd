/// Pure decisions on `If-None-Match` and `Range` (RFC 9110 sections 13 and 14).
enum ConditionalRequest {
    /// Whether a 304 answers the request.
    /// - Parameters:
    ///   - ifNoneMatch: The header's value.
    ///   - etag: The current strong entity tag with its quotes.
    static func isNotModified(ifNoneMatch: String?, etag: String) -> Bool {
        guard let ifNoneMatch else { return false }
        return ifNoneMatch.split(separator: ",").contains { candidate in
            var tag = candidate.drop { $0 == " " || $0 == "\t" }
            while let last = tag.last, last == " " || last == "\t" { tag.removeLast() }
            // If-None-Match compares weakly: W/"x" matches "x".
            if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
            return tag == "*" || tag == etag[...]
        }
    }

    /// What a `Range` header asks of a representation.
    enum RangeOutcome: Equatable {
        /// No range, or one that is to be ignored: the whole representation.
        case whole
        /// One range of bytes: 206.
        case partial(Range<Int>)
        /// No byte of it exists: 416.
        case unsatisfiable
    }

    /// Reads a `Range` header.
    ///
    /// Several ranges are answered with the whole, as RFC 9110 section 14.2 allows.
    /// - Parameters:
    ///   - header: The `Range` header's value.
    ///   - ifRange: The `If-Range` header's value; any other than the current tag gives the whole.
    ///   - etag: The current strong entity tag with its quotes.
    ///   - size: The representation's size in bytes.
    static func range(_ header: String?, ifRange: String?, etag: String, size: Int) -> RangeOutcome {
        guard let header, header.hasPrefix("bytes=") else { return .whole }
        if let ifRange, ifRange != etag { return .whole }
        let spec = header.dropFirst("bytes=".count)
        guard !spec.contains(","), let dash = spec.firstIndex(of: "-") else { return .whole }
        let first = spec[..<dash]
        let last = spec[spec.index(after: dash)...]
        guard [first, last].allSatisfy({ $0.utf8.count <= 18 && $0.allSatisfy { ("0"..."9").contains($0) } })
        else { return .whole }
        switch (Int(first), Int(last)) {
        case (let first?, let last?):
            guard first <= last else { return .whole }
            return first < size ? .partial(first..<min(last + 1, size)) : .unsatisfiable
        case (let first?, nil):
            return first < size ? .partial(first..<size) : .unsatisfiable
        case (nil, let suffix?):
            return suffix > 0 && size > 0 ? .partial(max(0, size - suffix)..<size) : .unsatisfiable
        case (nil, nil):
            return .whole
        }
    }
}
