import Testing

@testable import FileWatcher

/// One `.gitignore` and what it makes of some paths; a trailing slash marks a folder.
struct IgnoreCase: Sendable, CustomTestStringConvertible {
    var file: String
    var ignored: [String] = []
    var kept: [String] = []

    var testDescription: String { file.debugDescription }

    static let all = [
        // Comments, blank lines, spaces, line ends, byte order mark.
        IgnoreCase(file: "# a\n\n   \n", kept: ["a", "#", "# a"]),
        IgnoreCase(file: "\\#a", ignored: ["#a"], kept: ["\\#a"]),
        IgnoreCase(file: "a  ", ignored: ["a"], kept: ["a  "]),
        IgnoreCase(file: "a\\ ", ignored: ["a "], kept: ["a"]),
        IgnoreCase(file: "a\\  ", ignored: ["a "], kept: ["a", "a  "]),
        IgnoreCase(file: "a b", ignored: ["a b"], kept: ["a"]),
        IgnoreCase(file: "a\t", ignored: ["a\t"], kept: ["a"]),
        IgnoreCase(file: " a", ignored: [" a"], kept: ["a"]),
        IgnoreCase(file: "a\r\nb\r\n", ignored: ["a", "b"]),
        IgnoreCase(file: "\u{FEFF}a\nb", ignored: ["a", "b"]),
        // Names at any depth.
        IgnoreCase(
            file: "a", ignored: ["a", "x/a", "x/y/a", "a/", "x/a/", "a/b", "x/a/b"],
            kept: ["ab", "ba", "x/ab"]),
        IgnoreCase(file: "*.log", ignored: ["a.log", "x/a.log", ".log"], kept: ["a.logs", "log"]),
        IgnoreCase(file: "a*", ignored: ["a", "ab", "x/ab", "ab/c"], kept: ["ba"]),
        IgnoreCase(file: "a*b*c", ignored: ["abc", "axxbxxc", "abbcc"], kept: ["ab", "acb"]),
        IgnoreCase(file: "?a", ignored: ["ba", "x/ba"], kept: ["a", "bba", "éa"]),
        IgnoreCase(file: "*", ignored: ["a", "x/a", ".a"]),
        IgnoreCase(file: "a**b", ignored: ["ab", "axb", "x/axb"], kept: ["a/b", "a/x/b"]),
        IgnoreCase(file: "***", ignored: ["a", "x/a"]),
        // Folders only.
        IgnoreCase(file: "a/", ignored: ["a/", "x/a/", "a/b", "x/a/b"], kept: ["a", "x/a"]),
        IgnoreCase(file: "*/", ignored: ["a/", "a/b"], kept: ["a"]),
        // Anchored.
        IgnoreCase(file: "/a", ignored: ["a", "a/b"], kept: ["x/a"]),
        IgnoreCase(file: "/a/", ignored: ["a/", "a/b"], kept: ["a", "x/a/"]),
        IgnoreCase(file: "a/b", ignored: ["a/b", "a/b/c"], kept: ["x/a/b", "b"]),
        IgnoreCase(file: "/*.js", ignored: ["a.js"], kept: ["x/a.js"]),
        IgnoreCase(file: "a/*", ignored: ["a/b", "a/b/c"], kept: ["a/", "a"]),
        IgnoreCase(file: "a/*/c", ignored: ["a/b/c"], kept: ["a/c", "a/b/d/c"]),
        IgnoreCase(file: "a/?.js", ignored: ["a/b.js"], kept: ["a/bb.js", "a//.js"]),
        // Any number of folders.
        IgnoreCase(file: "**/a", ignored: ["a", "x/a", "x/y/a"], kept: ["ab"]),
        IgnoreCase(file: "**/a/b", ignored: ["a/b", "x/a/b", "x/y/a/b"], kept: ["a/x/b"]),
        IgnoreCase(file: "a/**", ignored: ["a/b", "a/b/c"], kept: ["a/", "a", "x/a/b"]),
        IgnoreCase(file: "a/**/b", ignored: ["a/b", "a/x/b", "a/x/y/b"], kept: ["x/a/b", "a/xb"]),
        IgnoreCase(file: "a/**/b/**/c", ignored: ["a/b/c", "a/x/b/y/z/c"], kept: ["a/c", "a/b/d"]),
        IgnoreCase(file: "/**/a", ignored: ["a", "x/a"]),
        IgnoreCase(file: "**/", ignored: ["a/", "a/b"], kept: ["a"]),
        IgnoreCase(file: "a/**/", ignored: ["a/b/", "a/b/c"], kept: ["a/b", "a/"]),
        IgnoreCase(file: "a/**b", ignored: ["a/b", "a/xb"], kept: ["a/x/b"]),
        IgnoreCase(file: "**/*.js", ignored: ["a.js", "x/y/a.js"]),
        // Bracket expressions.
        IgnoreCase(file: "[ab].js", ignored: ["a.js", "b.js"], kept: ["c.js", "ab.js"]),
        IgnoreCase(file: "[!ab].js", ignored: ["c.js"], kept: ["a.js"]),
        IgnoreCase(file: "[^ab].js", ignored: ["c.js"], kept: ["a.js"]),
        IgnoreCase(file: "[a-c]x", ignored: ["ax", "bx"], kept: ["dx", "-x"]),
        IgnoreCase(file: "[]x]y", ignored: ["]y", "xy"], kept: ["y"]),
        IgnoreCase(file: "[a-]", ignored: ["a", "-"], kept: ["b"]),
        IgnoreCase(file: "[[:digit:]x]a", ignored: ["1a", "xa"], kept: ["ya"]),
        IgnoreCase(file: "[[:nonsense:]]a", kept: ["aa", ":a", "na"]),
        IgnoreCase(file: "[\\]]a", ignored: ["]a"], kept: ["\\a"]),
        IgnoreCase(file: "[[:a]b", ignored: ["ab", "[b"], kept: ["xb"]),
        IgnoreCase(file: "[a", kept: ["[a", "a"]),
        IgnoreCase(file: "x[/]y", kept: ["x/y", "xy"]),
        // Escapes.
        IgnoreCase(file: "\\*", ignored: ["*"], kept: ["a"]),
        IgnoreCase(file: "a\\?", ignored: ["a?"], kept: ["ab"]),
        IgnoreCase(file: "\\a", ignored: ["a"]),
        IgnoreCase(file: "a\\", kept: ["a", "a\\"]),
        IgnoreCase(file: "\\!a", ignored: ["!a"], kept: ["a"]),
        IgnoreCase(file: "x\\/a", ignored: ["x/a"], kept: ["a", "y/x/a"]),
        // Negation: the last match counts, but nothing comes back from an ignored folder.
        IgnoreCase(file: "*.js\n!a.js", ignored: ["b.js"], kept: ["a.js", "x/a.js"]),
        IgnoreCase(file: "!a.js\n*.js", ignored: ["a.js"]),
        IgnoreCase(file: "d/\n!d/a.js", ignored: ["d/a.js"]),
        IgnoreCase(file: "d/*\n!d/a.js", ignored: ["d/b.js"], kept: ["d/a.js"]),
        IgnoreCase(file: "*\n!*/\n!*.js", ignored: ["a.css", "x/a.css"], kept: ["a.js", "x/a.js"]),
        IgnoreCase(file: "!", kept: ["!", "a"]),
        IgnoreCase(file: "/", kept: ["a", "a/"]),
        IgnoreCase(file: "//a", kept: ["a"]),
        IgnoreCase(file: "a//b", kept: ["a/b"]),
    ]

    /// Our verdict: the path itself or a folder above it.
    static func ignores(_ patterns: [IgnorePattern], _ path: String) -> Bool {
        let scope = IgnoreScope(parent: nil, depth: 0, patterns: patterns)
        let components = path.split(separator: "/")
        for count in 1...components.count {
            let isWhole = count == components.count
            let subject = IgnoreSubject(
                relativePath: components[..<count].joined(separator: "/").utf8,
                isDirectory: isWhole ? path.hasSuffix("/") : true)
            if scope.verdict(subject) == true { return true }
        }
        return false
    }
}

@Suite struct IgnorePatternTests {
    @Test(arguments: IgnoreCase.all) func verdicts(_ test: IgnoreCase) {
        let patterns = IgnorePattern.parse(file: Array(test.file.utf8))
        for path in test.ignored { #expect(IgnoreCase.ignores(patterns, path), "\(path) should be ignored") }
        for path in test.kept {
            #expect(!IgnoreCase.ignores(patterns, path), "\(path) should not be ignored")
        }
    }

    @Test func everyDefaultIsAPattern() {
        for pattern in DefaultIgnores.patterns { #expect(IgnorePattern(pattern) != nil, "\(pattern)") }
    }

    @Test(arguments: [
        ".git/", "node_modules/", "a/node_modules/", ".a.js.swp", "a.js~", "4913", "#a.js#", ".#a.js",
        "a.js___jb_tmp___", "a.js___jb_old___", ".DS_Store", ".build-debug/", "__pycache__/", ".vite/",
    ]) func ignoredByDefault(_ path: String) {
        let subject = IgnoreSubject(relativePath: path.utf8, isDirectory: path.hasSuffix("/"))
        #expect(IgnoreRules(globs: []).ignores(subject, scope: nil))
    }

    @Test(arguments: [
        "a.js", "src/", "git/", "build/", "dist/", "a.mjs", "49131", "lib/vite/", "a#b", ".well-known/",
    ])
    func keptByDefault(_ path: String) {
        let subject = IgnoreSubject(relativePath: path.utf8, isDirectory: path.hasSuffix("/"))
        #expect(!IgnoreRules(globs: []).ignores(subject, scope: nil))
    }

    @Test func aWhitelistDoesNotBringDefaultsBack() {
        let scope = IgnoreScope(
            parent: nil, depth: 0, patterns: IgnorePattern.parse(file: Array("*\n!*/".utf8)))
        let subject = IgnoreSubject(relativePath: "node_modules".utf8, isDirectory: true)
        #expect(IgnoreRules(globs: []).ignores(subject, scope: scope))
        #expect(!IgnoreRules(globs: ["!node_modules"]).ignores(subject, scope: scope))
    }

    @Test func hostilePatternsTakeNoExponentialTime() throws {
        let stars = try #require(IgnorePattern(String(repeating: "*a", count: 200) + "b"))
        let depths = try #require(IgnorePattern("/" + String(repeating: "**/a/", count: 100) + "b"))
        let long = IgnoreSubject(relativePath: String(repeating: "a", count: 4_000).utf8, isDirectory: false)
        let deep = IgnoreSubject(relativePath: String(repeating: "a/", count: 2_000).utf8, isDirectory: false)
        #expect(!stars.matches(long, depth: 0))
        #expect(!depths.matches(deep, depth: 0))
    }

    @Test func anyBytesAreParsedWithoutFailure() {
        var state: UInt64 = 7
        for _ in 0..<2_000 {
            var bytes: [UInt8] = []
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(UInt8(truncatingIfNeeded: state >> 40))
            }
            for pattern in IgnorePattern.parse(file: bytes) {
                _ = pattern.matches(IgnoreSubject(relativePath: "a/b/c".utf8, isDirectory: false), depth: 0)
            }
        }
    }
}
