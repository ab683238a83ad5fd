import DevServer
import Foundation
import Testing

@testable import pitlane

@Suite struct ServeOptionsTests {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path

    func options(_ values: [SettingKey: [String]]) throws -> ServeOptions {
        var settings = Settings()
        for (key, texts) in values { settings[key] = SettingValue(values: texts, origin: .flag) }
        return try ServeOptions(settings, currentFolder: folder, version: "1.2.3")
    }

    @Test func everythingHasADefault() throws {
        let options = try options([:])
        #expect(options.server.listen == DevServerConfiguration.defaultListen)
        #expect(options.server.listen.map(\.authority) == ["127.0.0.1:8889", "[::1]:8889"])
        #expect(options.server.root == folder)
        #expect(options.server.upstream == nil)
        #expect(options.server.compress == .auto)
        #expect(options.server.cacheBytes == 256 << 20)
        #expect(options.server.historyEvents == 1_000)
        #expect(options.server.publishChannels.map(\.text) == ["hot"])
        #expect(options.server.tls == nil)
        #expect(options.logLevel == .info)
        #expect(options.logFormat == .text)
    }

    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1:80"), ("[::1]:0", "[::1]:0"), ("localhost:8080", "localhost:8080"),
        ("9000", "127.0.0.1:9000"),
    ])
    func listen(text: String, expected: String) throws {
        #expect(try options([.listen: [text]]).server.listen.map(\.authority) == [expected])
    }

    @Test(arguments: [
        ("1MB", 1 << 20), ("64mb", 64 << 20), ("2GiB", 2 << 30), ("1048576", 1 << 20), ("2048K", 2 << 20),
        ("3 MB", 3 << 20),
    ])
    func cacheSize(text: String, expected: Int) throws {
        #expect(try options([.cacheSize: [text]]).server.cacheBytes == expected)
    }

    @Test func editor() throws {
        #expect(try options([:]).server.editor == nil)
        #expect(
            try options([.editor: ["code -g {file}:{line}"]]).server.editor?.words
                == ["code", "-g", "{file}:{line}"])
    }

    @Test func historyAndChannels() throws {
        #expect(try options([.history: ["0"]]).server.historyEvents == 0)
        #expect(try options([.history: ["250"]]).server.historyEvents == 250)
        let channels = try options([.publish: ["build", "my:app"]]).server.publishChannels
        #expect(Set(channels.map(\.text)) == ["hot", "build", "my:app"])
    }

    @Test(
        arguments: [
            (.history, "-1"), (.history, "100001"), (.history, "many"), (.history, "16MB"),
            (.editor, "{file}"), (.editor, "code 'x"), (.editor, "code {filename}"),
            (.publish, "Build"), (.publish, ""), (.publish, "modules"), (.publish, "connections"),
            (.listen, "localhost"), (.listen, "127.0.0.1:99999"), (.listen, "::1:80"), (.listen, ""),
            (.listen, "a b:1"),
            (.upstream, "localhost:3000"), (.upstream, "ftp://localhost"), (.upstream, "http://"),
            (.upstream, "//x"),
            (.upstream, "http://user:pw@localhost"), (.upstream, "nonsense"),
            (.upstream, "http://localhost/?q"),
            (.mount, "lib=x"), (.mount, "/lib"), (.mount, "/lib="), (.mount, "=x"), (.compress, "sometimes"),
            (.cacheSize, "lots"), (.cacheSize, "1"), (.cacheSize, "99999999999999999G"), (.cacheSize, "-5MB"),
            (.logLevel, "loud"), (.logFormat, "xml"), (.allowHost, "a b"), (.allowHost, "http://a"),
            (.allowOrigin, "app.test"), (.allowOrigin, "https://app.test/path"),
            (.root, "no-such-folder-anywhere"),
            (.mount, "/lib=no-such-folder-anywhere"), (.tlsCert, "cert.pem"), (.tlsKey, "key.pem"),
            (.prefer, "memory"), (.prefer, "upstream"), (.importMap, "no-such-file.json"),
            (.resolveExtensions, "js"), (.resolveExtensions, ".js?v"),
        ] as [(SettingKey, String)])
    func wrongValuesAreUsageErrorsInOneLine(key: SettingKey, text: String) throws {
        let error = try #require(throws: StartupError.self) { try options([key: [text]]) }
        #expect(error.exitCode == 64)
        #expect(error.message.contains(key.flag))
        #expect(!error.message.contains("\n"))
    }

    @Test func aRootThatIsAFileIsRefused() throws {
        let file = folder + "/pitlane-root-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let error = try #require(throws: StartupError.self) { try options([.root: [file]]) }
        #expect(error.message.contains("is a file"))
    }

    @Test func errorsNameTheVariableOrTheFile() throws {
        let variable = Settings.fromEnvironment(["PITLANE_COMPRESS": "maybe"])
        let fromVariable = try #require(throws: StartupError.self) {
            try ServeOptions(variable, currentFolder: folder, version: "")
        }
        #expect(fromVariable.message.contains("PITLANE_COMPRESS"))
        let file = try ConfigurationFile.parse("compress = \"maybe\"", path: "/site/pitlane.toml")
        let fromFile = try #require(throws: StartupError.self) {
            try ServeOptions(file, currentFolder: folder, version: "")
        }
        #expect(fromFile.message.contains("compress in /site/pitlane.toml"))
    }
}
