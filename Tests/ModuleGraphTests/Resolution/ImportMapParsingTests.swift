import Testing

@testable import ModuleGraph

@Suite("The text of an import map")
struct ImportMapParsingTests {
    static func parse(
        _ bytes: some Collection<UInt8>, ignored: (String) -> Void = { _ in }
    ) throws -> ImportMap {
        try ImportMap(json: bytes, base: #require(SiteURL(parsing: "/")), onIgnored: ignored)
    }

    @Test(
        "that is none is refused, with its place",
        arguments: [
            ("", "not valid JSON: expected an object at line 1, column 1"),
            ("[]", "not valid JSON: expected an object at line 1, column 1"),
            ("null", "expected an object at line 1, column 1"),
            ("{", "at line 1, column 2"),
            ("{} {}", "unexpected text after the object at line 1, column 4"),
            ("{\n  \"imports\": {\"\u{E9}\": }\n}", "expected a value at line 2, column 20"),
            (#"{"imports": {"a": "/a.js",}}"#, "expected a field name in quotes at line 1, column 27"),
            (
                #"{"imports": []}"#,
                "has an array as its imports, where an object must stand at line 1, column 13"
            ),
            (#"{"imports": null}"#, "has null as its imports"),
            (#"{"scopes": "x"}"#, "has a string as its scopes"),
            (
                "{\n\"scopes\": {\"/a/\": 1}}",
                "has a number as its scopes[\"/a/\"], where an object must stand at line 2, column 19"
            ),
            (#"{"scopes": {"https://": true}}"#, "has true as its scopes[\"https://\"]"),
            (#"{"integrity": []}"#, "has an array as its integrity"),
            (#"{"imports": {"a": 'x'}}"#, "expected a value"),
            (#"{"imports": {"a": "\x"}}"#, "unknown escape"),
            (#"{/* no */}"#, "expected a field name"),
        ])
    func refuses(text: String, expected: String) throws {
        let error = try #require(throws: ImportMapError.self) { try Self.parse(text.utf8) }
        #expect(error.message.contains(expected), "\(error.message)")
        #expect(error.message.hasSuffix(".") && !error.message.contains("\n"))
        #expect(error.offset <= text.utf8.count)
    }

    @Test("may hold what nobody knows, and rules that browsers ignore")
    func ignores() throws {
        var messages: [String] = []
        let map = try Self.parse(
            #"""
            {"imports": {"": "/x.js", "half\ud800": "/x.js", "a": "x.js", "b/": "/b", "c": 1, "d": null},
             "scopes": {"https://": {"e": "/e.js"}}, "integrity": {"/x.js": 1}, "extra": [{}]}
            """#.utf8
        ) { messages.append($0) }
        #expect(map.ruleCount == 4)
        #expect(map.scopes.isEmpty)
        #expect(
            messages.sorted() == [
                #""extra" is no field of an import map."#,
                "A rule has a key that is not Unicode text.",
                "A rule in imports has an empty key.",
                #"The scope "https://" is no URL."#,
                #"The target of "a" in imports is "x.js", which is no URL; start it with /, ./ or ../."#,
                #"The target of "b/" in imports is "/b", which does not end with a slash as the key does."#,
                #"The target of "c" in imports is not a string."#,
            ])
    }

    @Test("may spell its names with escapes, and a name twice")
    func names() throws {
        let map = try Self.parse(
            #"""
            {"imports": {"x": "/no.js"}, "\u0069mports":
              {"\u0061": "\/a.js", "b": "/b1.js", "b": "/b2.js", "\ud83d\ude00": "/smile.js"}}
            """#.utf8)
        let resolve = Resolving(map)
        #expect(try resolve("a") == "mapped a.js")
        #expect(try resolve("b") == "mapped b2.js")
        #expect(try resolve("\u{1F600}") == "mapped smile.js")
        #expect(try resolve("x") == "bare")
    }

    @Test("may start with a byte order mark and come in pieces")
    func collections() throws {
        let text = "\u{FEFF}{\"imports\": {\"a\": \"/a.js\"}}"
        #expect(try Resolving(Self.parse(text.utf8))("a") == "mapped a.js")
        let pieces = [Array(text.utf8.prefix(10)), Array(text.utf8.dropFirst(10))].joined()
        #expect(try Self.parse(Array(pieces)) == Self.parse(text.utf8))
        #expect(try Self.parse(text.utf8.reversed().reversed()) == Self.parse(text.utf8))
    }

    @Test("that is not UTF-8 loses only the rules that are not")
    func invalidUTF8() throws {
        var bytes = Array(#"{"imports": {"a?": "/a.js", "b": "/?.js", "c": "/c.js"}}"#.utf8)
        for index in bytes.indices where bytes[index] == UInt8(ascii: "?") { bytes[index] = 0xFF }
        let resolve = Resolving(try Self.parse(bytes))
        #expect(try resolve("b") == "blocked")
        #expect(try resolve("c") == "mapped c.js")
    }

    @Test("has bounds")
    func bounds() throws {
        let longest = ResolutionLimits.importMapBytes
        let padded = #"{"imports": {"a": "/a.js"}}"#
        let fits = padded + String(repeating: " ", count: longest - padded.utf8.count)
        #expect(try Self.parse(fits.utf8).ruleCount == 1)
        let tooLong = try #require(throws: ImportMapError.self) { try Self.parse((fits + " ").utf8) }
        #expect(tooLong.message.contains("\(longest + 1) bytes; \(longest) are allowed"))

        let rules = (0..<ResolutionLimits.importMapRules - 1).map { "\"\($0)\":\"/x\"" }.joined(
            separator: ",")
        let map = try Self.parse("{\"imports\":{\(rules)}}".utf8)
        #expect(map.ruleCount == ResolutionLimits.importMapRules - 1)
        let tooMany = try #require(throws: ImportMapError.self) {
            try Self.parse("{\"imports\":{\(rules)},\"scopes\":{\"/\":{\"a\":\"/a\"}}}".utf8)
        }
        #expect(tooMany.message.contains("more than \(ResolutionLimits.importMapRules) rules"))

        let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
        #expect(throws: ImportMapError.self) { try Self.parse("{\"x\": \(deep)}".utf8) }
    }
}
