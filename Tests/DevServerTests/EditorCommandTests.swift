import Testing

@testable import DevServer

@Suite struct EditorCommandTests {
    func arguments(_ template: String, file: String = "/a b/c.mjs") throws -> [String] {
        try EditorCommand(template: template).arguments(file: file, line: 7, column: 3)
    }

    @Test(
        arguments: [
            ("code -g {file}:{line}:{column}", ["code", "-g", "/a b/c.mjs:7:3"]),
            ("vim +{line} {file}", ["vim", "+7", "/a b/c.mjs"]),
            ("subl", ["subl", "/a b/c.mjs"]),
            ("  idea   --line {line}\t", ["idea", "--line", "7", "/a b/c.mjs"]),
            (
                #""/opt/my editor/run" --at="{line}, {column}" '' {file}"#,
                ["/opt/my editor/run", "--at=7, 3", "", "/a b/c.mjs"]
            ),
            (#"e 'a"b' "c'd" {file}{file}"#, ["e", #"a"b"#, "c'd", "/a b/c.mjs/a b/c.mjs"]),
            ("e {} {1} $HOME ; rm `x` {file}", ["e", "{}", "{1}", "$HOME", ";", "rm", "`x`", "/a b/c.mjs"]),
        ] as [(String, [String])])
    func words(template: String, expected: [String]) throws {
        #expect(try arguments(template) == expected)
    }

    @Test func aFilesNameStaysOneWordAndItsBracesAreItsOwn() throws {
        let file = #"/x/{line} '";$(rm) {column}.mjs"#
        #expect(try arguments("e {file}:{line}", file: file) == ["e", file + ":7"])
    }

    @Test(arguments: ["", "   ", "''", "e 'x", "e \"", "{file}", "{file} x", "e {path}", "e {file}:{row}"])
    func refuses(template: String) {
        let failure = #expect(throws: EditorCommand.Failure.self) { try EditorCommand(template: template) }
        #expect(failure?.reason.isEmpty == false)
    }
}
