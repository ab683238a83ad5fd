import Testing

@testable import ModuleLexer

/// One source and what is found in it, each finding as one line.
struct CallCase: CustomTestStringConvertible, Sendable {
    let source: String
    let expected: [String]
    var testDescription: String { source.debugDescription }

    init(_ source: String, _ expected: String...) {
        self.source = source
        self.expected = expected
    }
}

/// The value, and what its range holds where that is not the value in quotes.
private func describe(_ literal: LexedLiteral, in bytes: [UInt8]) -> String {
    let text = String(decoding: bytes[literal.range], as: UTF8.self)
    return text.dropFirst().dropLast() == literal.value ? text : "\(text)=\(literal.value)"
}

@Suite("import.meta.hot")
struct HotTests {
    static let accepts = [
        CallCase("import.meta.hot.accept()", "own"),
        CallCase("import.meta.hot.accept(() => {})", "own"),
        CallCase("import.meta.hot.accept(callback)", "own"),
        CallCase("import.meta.hot.accept(function (a) { 'b' })", "own"),
        CallCase("import.meta.hot.accept(/* './a' */)", "own"),
        CallCase("import.meta.hot.accept('./a', b => {})", "dependencies './a'"),
        CallCase("import.meta.hot.accept(\"./a\")", "dependencies \"./a\""),
        CallCase("import.meta.hot.accept(`./a`, b)", "dependencies `./a`"),
        CallCase("import.meta.hot.accept('./\\x61', b)", "dependencies './\\x61'=./a"),
        CallCase("import.meta.hot.accept(['./a', './b'], c)", "dependencies './a' './b'"),
        CallCase("import.meta.hot.accept(['./a', `./b`, \"./c\",],)", "dependencies './a' `./b` \"./c\""),
        CallCase("import.meta.hot.accept([])", "dependencies"),
        CallCase("import.meta.hot.accept([a, './b'])", "dependencies …"),
        CallCase("import.meta.hot.accept(['./a', b])", "dependencies './a' …"),
        CallCase("import.meta.hot.accept(['./a', ...b])", "dependencies './a' …"),
        CallCase("import.meta.hot.accept(['./a', './b' + c])", "dependencies './a' …"),
        CallCase("import.meta.hot.accept(['./a'].concat(b))", "dependencies './a' …"),
        CallCase("import.meta.hot.accept('./a' + b)", "dependencies …"),
        CallCase("import.meta.hot.accept(`./${a}`, b)", "dependencies …"),
        CallCase("import.meta.hot.acceptExports('a', b)", "exports 'a'"),
        CallCase("import.meta.hot.acceptExports(['a', 'b'])", "exports 'a' 'b'"),
        CallCase("import.meta.hot.acceptExports(a)", "exports …"),
        CallCase("import.meta.hot.acceptExports()", "exports …"),
        CallCase("import.meta?.hot?.accept()", "own"),
        CallCase("import.meta.hot?.accept?.('./a')", "dependencies './a'"),
        CallCase("import.meta?.hot?.acceptExports(['a'])", "exports 'a'"),
        CallCase(
            "import . meta\n.hot // c\n.accept /* d */ ( /* e */ './a' /* f */ , g )", "dependencies './a'"),
        CallCase("if (import.meta.hot) { import.meta.hot.accept() }", "own"),
        CallCase("import.meta.hot && import.meta.hot.accept('./a')", "dependencies './a'"),
        CallCase(
            "import.meta.hot.accept('./a'); import.meta.hot.accept(['./b'])", "dependencies './a'",
            "dependencies './b'"),
        CallCase(
            "import.meta.hot.accept(() => { import.meta.hot.accept('./a') })", "own", "dependencies './a'"),
        // Not on import.meta itself, or no call.
        CallCase("const hot = import.meta.hot; hot.accept()"),
        CallCase("import.meta.hot.acceptor()"),
        CallCase("import.meta.hot.accept"),
        CallCase("import.meta.hot['accept']()"),
        CallCase("import.meta.hot.decline()"),
        CallCase("import.meta.hotter.accept()"),
        CallCase("import.meta.env.hot.accept()"),
        CallCase("x.import.meta.hot.accept()"),
        CallCase("'import.meta.hot.accept()'"),
        CallCase("// import.meta.hot.accept()"),
        CallCase("/import.meta.hot.accept()/"),
        CallCase("`import.meta.hot.accept()`"),
        CallCase("`${import.meta.hot.accept()}`", "own"),
    ]

    @Test(arguments: accepts) func accept(_ item: CallCase) throws {
        let bytes = Array(item.source.utf8)
        let found = try ModuleLexer.lex(bytes)
        let lines = found.hotAccepts.map { call in
            #expect(bytes[call.keyword...].starts(with: "import".utf8))
            return
                ([call.kind.rawValue] + call.literals.map { describe($0, in: bytes) }
                + (call.isComplete ? [] : ["…"]))
                .joined(separator: " ")
        }
        #expect(lines == item.expected)
        // The use of import.meta itself is reported all the same.
        #expect(found.imports.count >= found.hotAccepts.count)
    }

    @Test func uses() throws {
        for source in [
            "import.meta.hot", "import.meta?.hot", "import.meta.hot.data.a = 1",
            "if (import . meta . hot) {}",
            "import.meta.hot.invalidate()", "const { data } = import.meta.hot",
        ] {
            #expect(try ModuleLexer.lex(Array(source.utf8)).usesHot, "\(source)")
        }
        for source in [
            "import.meta", "import.meta.hotter", "import.meta.url.hot", "import.meta['hot']", "x.meta.hot",
            "import.meta\nhot",
            "import.meta ? .5 : hot", "import.meta?.5:hot",
        ] {
            #expect(try !ModuleLexer.lex(Array(source.utf8)).usesHot, "\(source)")
        }
    }
}

@Suite("URLs and workers")
struct AssetTests {
    static let assets = [
        CallCase("new URL('./a.png', import.meta.url)", "url './a.png' module"),
        CallCase("new URL(`./a.png`, import.meta.url).href", "url `./a.png` module"),
        CallCase("new URL('\\x61', import.meta.url,)", "url '\\x61'=a module"),
        CallCase("new/**/URL\n(\n'a' // b\n, import . meta . url )", "url 'a' module"),
        CallCase(
            "f(new URL('a', import.meta.url), new URL('b', import.meta.url))", "url 'a' module",
            "url 'b' module"),
        CallCase("new Worker('a')", "worker 'a' document"),
        CallCase("new Worker('a', { type: 'module' })", "worker 'a' document type:module"),
        CallCase("new Worker('a', { type: 'classic' })", "worker 'a' document"),
        CallCase(
            "new Worker(\"a\",{name:\"b\",credentials:'omit','type':\"module\",})",
            "worker \"a\" document type:module"),
        CallCase("new Worker('a', { name: b, x: 1, type: `module` })", "worker 'a' document type:module"),
        CallCase("new Worker('a', { name: b(), type: 'module' })", "worker 'a' document"),
        CallCase("new Worker('a', { type: b ? 'module' : 'classic' })", "worker 'a' document"),
        CallCase("new Worker('a', { 'type' })", "worker 'a' document"),
        CallCase("new Worker('a', { type })", "worker 'a' document"),
        CallCase("new Worker('a', {})", "worker 'a' document"),
        CallCase("new Worker('a', options)", "worker 'a' document"),
        CallCase("new SharedWorker('a', 'name')", "sharedWorker 'a' document"),
        CallCase("new SharedWorker('a', { type: 'module' })", "sharedWorker 'a' document type:module"),
        CallCase("new Worker(new URL('a', import.meta.url))", "worker 'a' module"),
        CallCase(
            "new Worker(new URL('a', import.meta.url), { type: 'module' })", "worker 'a' module type:module"),
        CallCase(
            "new SharedWorker(new URL('a', import.meta.url), { type: 'module' })",
            "sharedWorker 'a' module type:module"),
        CallCase(
            "new Worker(new URL('a', import.meta.url)); new URL('b', import.meta.url)", "worker 'a' module",
            "url 'b' module"),
        CallCase("new Worker(new URL('a', import.meta.url).href)", "url 'a' module"),
        // What does not name a file by a literal, or is something else.
        CallCase("new URL('a', b)"),
        CallCase("new URL('a')"),
        CallCase("new URL('a', import.meta.url + b)"),
        CallCase("new URL('a', import.meta.urls)"),
        CallCase("new URL('a', import.meta.resolve('b'))"),
        CallCase("new URL(`${a}`, import.meta.url)"),
        CallCase("new URL('a' + b, import.meta.url)"),
        CallCase("new URL(a, import.meta.url)"),
        CallCase("new URLs('a', import.meta.url)"),
        CallCase("new Worker(a)"),
        CallCase("new Worker('a' + b)"),
        CallCase("new Worker(new URL('a', b))"),
        CallCase("new Worker"),
        CallCase("new Workers('a')"),
        CallCase("new a.Worker('b')"),
        CallCase("Worker('a')"),
        CallCase("URL('a', import.meta.url)"),
        CallCase("x.new.URL('a', import.meta.url)"),
        CallCase("x = { new: URL('a', import.meta.url) }"),
        CallCase("'new Worker(\"a\")'"),
        CallCase("// new Worker('a')"),
    ]

    @Test(arguments: assets) func asset(_ item: CallCase) throws {
        let bytes = Array(item.source.utf8)
        let lines = try ModuleLexer.lex(bytes).assets.map { asset in
            #expect(bytes[asset.keyword...].starts(with: "new".utf8))
            return [
                asset.kind.rawValue, describe(asset.specifier, in: bytes),
                asset.isRelativeToModule ? "module" : "document",
            ].joined(separator: " ") + (asset.isModuleWorker ? " type:module" : "")
        }
        #expect(lines == item.expected)
    }
}
