import ModuleProtocol
import Testing

@testable import ModuleGraph

@Suite("Guesses for missing files")
struct ExtensionGuessTests {
    @Test(
        "complete the name and keep the query",
        arguments: [
            ("lib/a", ["lib/a.js", "lib/a.d.ts", "lib/a/index.js"]),
            ("a?v=1", ["a.js?v=1", "a.d.ts?v=1", "a/index.js?v=1"]),
            ("a?", ["a.js?", "a.d.ts?", "a/index.js?"]),
            ("a.js", ["a.js.js", "a.js.d.ts", "a.js/index.js"]),
            ("lib/", ["lib/index.js"]),
            ("lib/?x", ["lib/index.js?x"]),
            ("", ["index.js"]),
            ("100%25", ["100%25.js", "100%25.d.ts", "100%25/index.js"]),
            ("\u{E9} b", ["\u{E9} b.js", "\u{E9} b.d.ts", "\u{E9} b/index.js"]),
            ("http:/x", ["http:/x.js", "http:/x.d.ts", "http:/x/index.js"]),
        ])
    func completes(path: String, expected: [String]) throws {
        let guess = try ExtensionGuess([".js", ".d.ts", "/index.js"])
        #expect(guess.candidates(for: try ModulePath(parsing: "/" + path)).map(\.string) == expected)
    }

    @Test("are none unless they are configured")
    func none() throws {
        #expect(ExtensionGuess.none.candidates(for: try ModulePath(parsing: "a")).isEmpty)
        #expect(try ExtensionGuess([]) == .none)
    }

    @Test(
        "have endings that can end a path",
        arguments: [
            "", "js", ".", "/", "/index/", "/../x", "/.", ".j?s", ".j#s", ".j\\s", ".%6As", ".j\u{0}s", "//x",
        ])
    func refuses(ending: String) throws {
        let error = try #require(throws: ExtensionGuess.InvalidEnding.self) {
            try ExtensionGuess([".js", ending])
        }
        #expect(error.message.contains("is no ending"))
    }

    @Test("are few, and none twice")
    func bounds() throws {
        let longest = (0..<ResolutionLimits.extensionGuesses).map { ".x\($0)" }
        #expect(try ExtensionGuess(longest).endings == longest)
        #expect(throws: ExtensionGuess.InvalidEnding.self) { try ExtensionGuess(longest + [".js"]) }
        #expect(throws: ExtensionGuess.InvalidEnding.self) { try ExtensionGuess([".js", ".ts", ".js"]) }
    }
}
