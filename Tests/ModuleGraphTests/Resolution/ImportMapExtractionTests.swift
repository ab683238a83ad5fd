import Testing

@testable import ModuleGraph

@Suite("Inline import maps of a page")
struct ImportMapExtractionTests {
    /// The texts of the maps, and the base.
    static func extract(_ html: String) -> (maps: [String], baseHref: String?) {
        extract(Array(html.utf8))
    }

    static func extract(_ html: [UInt8]) -> (maps: [String], baseHref: String?) {
        html.withUnsafeBytes { bytes in
            let found = ImportMapExtraction.inlineImportMaps(in: bytes)
            return (found.maps.map { String(decoding: bytes[$0], as: UTF8.self) }, found.baseHref)
        }
    }

    @Test("are found in document order")
    func order() {
        let found = Self.extract(
            """
            <!DOCTYPE html>
            <html><head><meta charset=utf-8>
            <script type="importmap">{"imports": {"a": "/a.js"}}</script>
            <script>if (1 < 2 && "<script>") {}</script>
            <script type="module">import "a";</script>
            <script type="importmap">{"scopes": {}}</script>
            """)
        #expect(found.maps == [#"{"imports": {"a": "/a.js"}}"#, #"{"scopes": {}}"#])
        #expect(found.baseHref == nil)
    }

    @Test(
        "are scripts of that type, however it is written",
        arguments: [
            "<script type=importmap>M</script>",
            "<script type='importmap'>M</script>",
            "<SCRIPT TYPE=\"ImportMap\">M</SCRIPT>",
            "<script\n\ttype = importmap\u{C}>M</script>",
            "<script/type=importmap>M</script>",
            "<script type=\" importmap\n\">M</script>",
            "<script type=\"import&#109;&#x61;p\">M</script>",
            "<script a=\"b\"type=importmap>M</script>",
            "<script x='>' type=importmap>M</script>",
            "<script x=\"</script>\" type=importmap>M</script>",
            "<script type=importmap type=module>M</script>",
            "<script nonce=abc async defer nomodule type=importmap data-src=x>M</script>",
            "<script type=\"importmap\"/>M</script>",
            "<script type=importmap>M</script >",
            "<script type=importmap>M</script/>",
            "<script type=importmap>M</script a='>'>",
            "<!-><!--><script type=importmap>M</script>-->",
            "<!---><script type=importmap>M</script>-->",
            "<!-- -- --!><script type=importmap>M</script>",
            "<!----><script type=importmap>M</script>",
            "<? <script> ?><script type=importmap>M</script>",
            "<!x <script><script type=importmap>M</script>",
            "</ <script><script type=importmap>M</script>",
            "</><script type=importmap>M</script>",
            "<><1 a=\"<script type=importmap>M</script>",
            "<a b=\"<!--\"><script type=importmap>M</script>",
            "<title></titles></title><script type=importmap>M</script>",
            "<textarea><!--</TEXTAREA\n><script type=importmap>M</script>",
            "<template></template><script type=importmap>M</script>",
            "<div><template shadowrootmode=open><script type=importmap>M</script>",
            "<svg><style></svg><script type=importmap>M</script>",
            "<svg><title><script type=importmap>M</script>",
            "<svg><foreignObject><script type=importmap>M</script>",
            "<svg><g><path/></g><p><script type=importmap>M</script>",
            "<div><svg><g></div><script type=importmap>M</script>",
            "<svg/><script type=importmap>M</script>",
            "<svg><![CDATA[<p>]]></svg><script type=importmap>M</script>",
            "<svg><![CDATA[]]]></svg><script type=importmap>M</script>",
            "<![CDATA[><script type=importmap>M</script>",
            "<math><annotation-xml encoding='text/HTML'><script type=importmap>M</script>",
            "<math><mi><script type=importmap>M</script>",
            "<script>'<!--'</script><script type=importmap>M</script>",
            "<script>'<!-- <script> --></script><script type=importmap>M</script>",
            "<script>'<!-- <script></script></script><script type=importmap>M</script>",
            "<scripts><script type=importmap>M</script>",
        ])
    func spellings(html: String) {
        #expect(Self.extract(html).maps == ["M"])
    }

    @Test(
        "are no scripts that the browser does not run as one",
        arguments: [
            "<script>M</script>",
            "<script type>M</script>",
            "<script type=importmaps>M</script>",
            "<script type=import map>M</script>",
            "<script type=module type=importmap>M</script>",
            "<script =type=importmap>M</script>",
            "<script language=importmap>M</script>",
            "<script type=importmap src>M</script>",
            "<script type=importmap SRC=map.json>M</script>",
            "<script type=importmap></script>",
            "<script type=importmap>M",
            "<script type=importmap>M</script",
            "<script type=importmap>M</scripts>",
            "<script type=importmap>M</script a=\">",
            "<script type=importmap>M<!--<script></script>",
            "<script type=importmap",
            "<script type=\"importmap>M</script>",
            "< script type=importmap>M</script>",
            "<scriptx type=importmap>M</script>",
            "<!-- <script type=importmap>M</script> -->",
            "<!-- <script type=importmap>M</script>",
            "<!-- > <script type=importmap>M</script> --!>",
            "<style><script type=importmap>M</script></style>",
            "<title><script type=importmap>M</script></title>",
            "<textarea><script type=importmap>M</script>",
            "<xmp><script type=importmap>M</script></xmp>",
            "<iframe><script type=importmap>M</script></iframe>",
            "<noembed><script type=importmap>M</script></noembed>",
            "<noframes><script type=importmap>M</script></noframes>",
            "<noscript><script type=importmap>M</script></noscript>",
            "<plaintext><script type=importmap>M</script></plaintext>",
            "<template><script type=importmap>M</script></template>",
            "<template><template></template><script type=importmap>M</script></template>",
            "<template/><script type=importmap>M</script>",
            "<svg><script type=importmap>M</script></svg>",
            "<svg><![CDATA[<p><script type=importmap>M</script>]]></svg>",
            "<math><annotation-xml><script type=importmap>M</script>",
            "<script><script type=importmap>M</script",
            "<script><!-- <script> </script> <script type=importmap>M</script> --></script>",
        ])
    func others(html: String) {
        #expect(Self.extract(html).maps.isEmpty)
    }

    @Test(
        "hold what the parser puts into the script",
        arguments: [
            ("<script type=importmap>{\"a\": \"</scrip>&amp;\"}</script>", "{\"a\": \"</scrip>&amp;\"}"),
            ("<script type=importmap><!-- x --></script>", "<!-- x -->"),
            ("<script type=importmap><!--<script></script>x</script>", "<!--<script></script>x"),
            ("<script type=importmap><!--<script>--></script>", "<!--<script>-->"),
            ("<script type=importmap><!--></script>", "<!-->"),
            ("<script type=importmap><!---></script>", "<!--->"),
            ("<script type=importmap><!--<scripts></script>", "<!--<scripts>"),
            ("<script type=importmap><!-<script></script>", "<!-<script>"),
            ("<script type=importmap><script></script>", "<script>"),
            ("<script type=importmap> </script>", " "),
        ])
    func texts(html: String, expected: String) {
        #expect(Self.extract(html).maps == [expected])
    }

    @Test(
        "come with the page's first base",
        arguments: [
            ("<base href=/a/>", "/a/"),
            ("<BASE target=_top><base HREF='b/'><base href=c/>", "b/"),
            ("<base href=''><base href=c/>", ""),
            ("<base href><base href=c/>", ""),
            ("<base href=\"?a&amp;b&lt;&gt;&quot;&apos;&#65;&#x42;\">", "?a&b<>\"'AB"),
            ("<base href=\"&amp &;&#;&#x;&#xD800;&nbsp;&\">", "&amp &;&#;&#x;&#xD800;&nbsp;&"),
            ("<script></script><body><base href=late/>", "late/"),
            ("<!-- <base href=a/> --><template><base href=b/></template>", nil),
            ("<svg><base href=a/></svg>", nil),
            ("<basefont href=a/>", nil),
        ] as [(String, String?)])
    func bases(html: String, expected: String?) {
        #expect(Self.extract(html).baseHref == expected)
    }

    @Test("are merged, each against the base that stands before it")
    func merging() throws {
        let html = Array(
            """
            <script type=importmap>{"imports": {"a": "./a.js", "b": "/b.js"}}</script>
            <base href="/deep/"><base href="/other/">
            <script type=importmap>{"imports": {"a": "./no.js", "c": "./c.js", "d": 1}}</script>
            <script type=importmap>{"imports": [</script>
            <script type=importmap>{"imports": {"e": "./e.js"}}</script>
            """.utf8)
        var problems: [String] = []
        let document = try #require(SiteURL(parsing: "/pages/index.html"))
        let map = html.withUnsafeBytes {
            ImportMapExtraction.importMap(of: $0, document: document) { problems.append($0) }
        }
        let resolve = Resolving(map)
        #expect(try resolve("a") == "mapped pages/a.js")
        #expect(try resolve("b") == "mapped b.js")
        #expect(try resolve("c") == "mapped deep/c.js")
        #expect(try resolve("d") == "blocked")
        #expect(try resolve("e") == "mapped deep/e.js")
        #expect(problems.count == 2)
        #expect(problems.first == #"The target of "d" in imports is not a string."#)
        #expect(problems.last?.contains("not valid JSON") == true)
    }

    @Test("are found in bytes that are not UTF-8, with NULs in them")
    func encodings() {
        let found = Self.extract([0xFF, 0x00, 0xE9] + Array("<p\0><script type=importmap>M</script>".utf8))
        #expect(found.maps == ["M"])
    }
}
