import ModuleProtocol
import Testing

@testable import ModuleGraph

/// Input that nobody writes on purpose: nothing crashes, nothing hangs, what must hold holds.
@Suite("Resolution of random input", .timeLimit(.minutes(5)))
struct ResolutionFuzzTests {
    static let pieces = [
        "/", "./", "../", "//", "\\", ".", "..", "%2e", "%2F", "%00", "%", "?", "#", ":", "@", "[", "]", "a",
        "b.js",
        "http:", "https://", "localhost:8080", "app.test", "cdn.test", "data:", "node:", "\u{E9}", "e\u{301}",
        " ",
        "\t", "\n", "\0", "\u{7F}", "\u{1F600}", "'", "\"", "&", "1",
    ]

    static func text(_ random: inout SeededGenerator, _ pieces: [String], upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &random))
            .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    @Test("gives normalised URLs", arguments: 0..<20)
    func urls(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let base = SiteURL(parsing: Self.text(&random, Self.pieces, upTo: 6)) ?? SiteURLParser.root
            let reference = Self.text(&random, Self.pieces, upTo: 8)
            guard let url = base.resolving(reference) else { continue }
            // A host is kept as written.
            let isPlain = url.bytes[url.pathStart...].allSatisfy {
                (0x21...0x7E).contains($0) || $0 == 0x20 && url.form == .opaque
            }
            #expect(isPlain, "\(url)")
            #expect((0...url.bytes.count).contains(url.fragmentStart) && url.pathStart <= url.fragmentStart)
            if url.form.isSpecial {
                #expect(url.bytes[url.pathStart] == UInt8(ascii: "/"))
                let path = url.description.dropFirst(url.pathStart).prefix { $0 != "?" && $0 != "#" }
                #expect(!path.split(separator: "/").contains { [".", "..", "%2e", "%2E."].contains($0) })
                #expect(!path.contains("\\"))
            }
            if let module = url.modulePath { #expect(SiteURL(module).modulePath == module, "\(url)") }
        }
    }

    @Test("agrees with the module path's own resolution where that has an answer", arguments: 0..<20)
    func modulePaths(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let resolver = SpecifierResolver(importMap: .empty, siteAuthorities: Resolving.authorities)
        let plain = [
            "/", "./", "../", "a", "b.js", "x y", "\u{E9}", "%41", "%2e", "%25", "@s", "~", "[1]",
        ]
        var compared = 0
        for _ in 0..<500 {
            let importer = try ModulePath(parsing: "a/b/" + Self.text(&random, ["c", "/", "d.js"], upTo: 4))
            // A query is percent-encoded in a URL, but kept as written by the module path.
            let specifier = "./" + Self.text(&random, plain, upTo: 7) + Self.text(&random, ["?v=1"], upTo: 1)
            guard let path = importer.resolving(specifier) else { continue }
            compared += 1
            // Empty segments count for ".." in a URL, but not in a file path.
            if specifier.contains("//") || importer.string.contains("//") { continue }
            let resolved = resolver.resolve(specifier, importer: importer)
            #expect(resolved == .module(path, isMapped: false), "\(specifier) from \(importer)")
        }
        #expect(compared > 100)
    }

    @Test("survives any map and any specifier", arguments: 0..<20)
    func maps(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let json = Self.pieces.map { $0.contains { "\\\"\t\n\0".contains($0) } ? "b" : $0 }
        for _ in 0..<50 {
            func rules() -> String {
                let members = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                    "\"\(Self.text(&random, json, upTo: 3))\": "
                        + (Bool.random(using: &random) ? "null" : "\"/\(Self.text(&random, json, upTo: 3))\"")
                }
                return "{\(members.joined(separator: ","))}"
            }
            var text = "{\"imports\": \(rules()), \"scopes\": {\"/\": \(rules()), \"./a/\": \(rules())}}"
            let document = try #require(SiteURL(parsing: "/a/index.html"))
            let map = try ImportMap(json: text.utf8, base: document)
            let resolver = SpecifierResolver(importMap: map, siteAuthorities: Resolving.authorities)
            for _ in 0..<20 {
                let specifier = Self.text(&random, Self.pieces, upTo: 5)
                let importer = try ModulePath(parsing: Bool.random(using: &random) ? "a/m.js" : "m.js")
                let resolved = resolver.resolve(specifier, importer: importer)
                #expect(resolver.resolve(specifier, importer: importer) == resolved)
                if case .module(let path, isMapped: false) = resolved { #expect(!path.string.hasPrefix("/")) }
            }
            // Damaged text is a map or an error.
            text.replaceSubrange(
                text.indices.randomElement(using: &random).map { $0...$0 } ?? text
                    .startIndex...text.startIndex,
                with: Self.text(
                    &random, ["{", "}", "\"", "\\", ",", ":", "\\u", "[", "1e", "-", "\u{1}"], upTo: 2))
            _ = try? ImportMap(json: text.utf8, base: document)
        }
    }

    @Test("finds maps in token soup at ranges that are scripts", arguments: 0..<20)
    func html(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let soup = [
            "<", ">", "/", "!", "--", "-", "<!--", "-->", "<script type=importmap>", "</script>", "<script",
            "script",
            " type=importmap", "=", "\"", "'", "<svg>", "</svg>", "<math>", "<mi>", "<p>", "<template>",
            "</template>", "<style>", "</style>", "<title>", "<![CDATA[", "]]>", "&#", "<base href=", "\0",
            "\u{E9}",
            "x",
        ]
        for _ in 0..<300 {
            let page = Array(Self.text(&random, soup, upTo: 30).utf8)
            page.withUnsafeBytes { bytes in
                for range in ImportMapExtraction.inlineImportMaps(in: bytes).maps {
                    #expect(!range.isEmpty && range.upperBound <= bytes.count)
                    #expect(bytes[range.lowerBound - 1] == UInt8(ascii: ">"))
                    #expect(bytes[range.upperBound...].starts(with: "</script".utf8))
                }
            }
        }
    }

    /// Each piece repeated to 256 KiB; what costs its square runs into the time limit.
    @Test(
        "costs time linear in a page's length",
        arguments: [
            "<", "</", "<!", "<!-", "<!--", "<!-- -", "<a", "<a b='", "<a b=\"'\">", "<a ", "<script>",
            "<script>\"<!--",
            "<script><!--<script>", "</script", "<svg>", "<svg><![CDATA[", "<svg><title>", "<math><mi>",
            "<template>",
            "<title>", "<title></titl", "<base href='&", "<svg></x>", "<p/",
            "<script type=importmap>{}</script>",
        ])
    func longPages(piece: String) {
        let size = 1 << 18
        let page = Array(String(repeating: piece, count: size / piece.utf8.count).utf8)
        let maps = page.withUnsafeBytes { ImportMapExtraction.inlineImportMaps(in: $0).maps }
        #expect(maps.isEmpty != piece.contains("importmap"))
    }

    @Test("costs little with rules that nest as deeply as a map allows")
    func deepRules() throws {
        var keys: [String] = []
        var bytes = 0
        while bytes < ResolutionLimits.importMapBytes / 2 {
            keys.append(String(repeating: "a/", count: keys.count + 1))
            bytes += keys.count * 2 + 16
        }
        let json = "{\"imports\": {\(keys.map { "\"\($0)\": \"/t/\"" }.joined(separator: ","))}}"
        let map = try ImportMap(json: json.utf8, base: #require(SiteURL(parsing: "/")))
        #expect(map.ruleCount == keys.count)
        let resolve = Resolving(map)
        let longest = try #require(keys.last)
        for _ in 0..<1_000 {
            #expect(try resolve(longest + "x.js") == "mapped t/x.js")
            #expect(try resolve(longest.dropLast() + "!") == "mapped t/a!")
        }
    }
}
