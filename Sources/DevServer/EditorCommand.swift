/// The command that opens a file in the developer's editor, from `--editor`.
///
/// It is run without a shell: words are split once, here, and a file's name stays one word whatever it holds.
package struct EditorCommand: Sendable, Equatable {
    /// Why a text is no command.
    package struct Failure: Error, Sendable {
        /// What is wrong with it.
        package let reason: String
    }

    private static let placeholders = ["{file}", "{line}", "{column}"]

    /// The program's name or path, and what it is called with, placeholders included.
    package let words: [String]

    /// Splits a command into words.
    ///
    /// Words are separated by blanks; quotes, `"` or `'`, keep blanks in a word. A command without `{file}` gets the
    /// file as its last word.
    /// - Parameter template: Such as `code -g {file}:{line}:{column}`.
    /// - Throws: ``Failure`` for an empty command, a quote without its end, and braces that are no placeholder.
    package init(template: String) throws(Failure) {
        var words = try Self.split(template)
        guard let program = words.first, !program.isEmpty else {
            throw Failure(reason: "it names no program")
        }
        guard !Self.placeholders.contains(where: program.contains) else {
            throw Failure(reason: "it must begin with a program, not with a placeholder")
        }
        for word in words {
            var rest = word
            for placeholder in Self.placeholders { rest = rest.replacing(placeholder, with: "") }
            if let unknown = rest.firstMatch(of: /\{[A-Za-z]+\}/) {
                throw Failure(
                    reason: "\(unknown.output) is none of \(Self.placeholders.joined(separator: ", "))")
            }
        }
        if !words.contains(where: { $0.contains(Self.placeholders[0]) }) {
            words.append(Self.placeholders[0])
        }
        self.words = words
    }

    /// The words for one place in a file.
    /// - Parameters:
    ///   - file: Its absolute path.
    ///   - line: Counted from 1.
    ///   - column: Counted from 1.
    package func arguments(file: String, line: Int, column: Int) -> [String] {
        words.map { word in
            // The file comes last: what its name holds is no placeholder.
            word.replacing(Self.placeholders[1], with: String(line))
                .replacing(Self.placeholders[2], with: String(column))
                .replacing(Self.placeholders[0], with: file)
        }
    }

    private static func split(_ text: String) throws(Failure) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let complete = word { words.append(complete) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let quote { throw Failure(reason: "the quote \(quote) has no end") }
        if let word { words.append(word) }
        return words
    }
}
