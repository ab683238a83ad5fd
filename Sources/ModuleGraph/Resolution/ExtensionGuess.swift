import ModuleProtocol

/// What a missing file may be called when `--resolve-extensions` is configured.
package struct ExtensionGuess: Sendable, Equatable {
    /// Why a list of endings is not accepted.
    package struct InvalidEnding: Error, Sendable, Equatable, CustomStringConvertible {
        /// One line for people: what is wrong and what to do.
        package let message: String

        package var description: String { message }
    }

    /// In the order in which they are tried.
    package let endings: [String]

    /// No guessing, as browsers do.
    package static let none = ExtensionGuess()

    private init() { endings = [] }

    /// Checks a list of endings.
    /// - Parameter list: `.js` is appended to the file name, `/index.js` to a folder's; tried in this order.
    /// - Throws: ``InvalidEnding``.
    package init(_ list: [String]) throws(InvalidEnding) {
        guard list.count <= ResolutionLimits.extensionGuesses else {
            throw InvalidEnding(
                message: "\(list.count) endings are given to try for a missing file; "
                    + "\(ResolutionLimits.extensionGuesses) are allowed.")
        }
        for (index, ending) in list.enumerated() {
            // The ending must come out of the path parser as it went in.
            guard ending.utf8.first == UInt8(ascii: ".") || ending.utf8.first == UInt8(ascii: "/"),
                ending.utf8.count > 1, !ending.utf8.contains(UInt8(ascii: "?")),
                let path = try? ModulePath(parsing: "/a" + ending),
                path.string.utf8.elementsEqual(("a" + ending).utf8),
                !path.isFolder
            else {
                throw InvalidEnding(
                    message: "\"\(ending)\" is no ending to try for a missing file. "
                        + "Write a file extension such as .js, or a folder's file such as /index.js.")
            }
            guard !list[..<index].contains(ending) else {
                throw InvalidEnding(message: "The ending \"\(ending)\" is given twice. Leave one out.")
            }
        }
        endings = list
    }

    /// The paths to try in order for one that no file has; each with the query of `path`.
    ///
    /// A path that ends with a slash is only completed by a folder's file. Pure; safe on any thread.
    package func candidates(for path: ModulePath) -> [ModulePath] {
        let text = path.string.utf8
        let end = text.firstIndex(of: UInt8(ascii: "?")) ?? text.endIndex
        let stem = String(Substring(text[..<end]))
        let query = String(Substring(text[end...]))
        return endings.compactMap { ending in
            var ending = ending[...]
            if path.isFolder {
                guard ending.utf8.first == UInt8(ascii: "/") else { return nil }
                ending = ending.dropFirst()
            }
            return try? ModulePath(parsing: "/" + stem + ending + query)
        }
    }
}
