import DevServer
import Foundation
import Testing

@testable import pitlane

@Suite struct ConfigurationFileTests {
    static let toml = """
        root = "public"
        mount = ["/lib=vendor/lib", "/abs=/srv/abs"]
        upstream = "http://localhost:3000"
        listen = "127.0.0.1:9000"
        cache-size = 2097152
        """
    static let json = """
        {"root": "public", "mount": ["/lib=vendor/lib", "/abs=/srv/abs"], "upstream": "http://localhost:3000",
         "listen": "127.0.0.1:9000", "cache-size": 2097152}
        """
    static let yaml = """
        root: public
        mount: ["/lib=vendor/lib", "/abs=/srv/abs"]
        upstream: http://localhost:3000
        listen: "127.0.0.1:9000"
        cache-size: 2097152
        """

    @Test(arguments: [
        ("pitlane.toml", toml), ("pitlane.json", json), ("pitlane.yaml", yaml), ("pitlane.yml", yaml),
    ])
    func theThreeFormatsSayTheSame(name: String, text: String) throws {
        let settings = try ConfigurationFile.parse(text, path: "/site/\(name)")
        #expect(settings[.root]?.values == ["/site/public"])
        #expect(settings[.mount]?.values == ["/lib=/site/vendor/lib", "/abs=/srv/abs"])
        #expect(settings[.upstream]?.values == ["http://localhost:3000"])
        #expect(settings[.listen]?.values == ["127.0.0.1:9000"])
        #expect(settings[.cacheSize]?.values == ["2097152"])
        #expect(settings[.root]?.origin == .file("/site/\(name)"))
        #expect(settings.values.count == 5)
    }

    @Test(arguments: [
        ("pitlane.toml", "root = \n"), ("pitlane.toml", "root = [1.5]"), ("pitlane.json", "{\"root\": }"),
        ("pitlane.json", "[]"), ("pitlane.json", ""), ("pitlane.yaml", "root: [a"),
        ("pitlane.yaml", "- a\n- b"),
        ("pitlane.json", "{\"root\": {\"a\": 1}}"), ("pitlane.json", "{\"rooot\": \"x\"}"),
        ("pitlane.toml", "root = [\"a\", \"b\"]"), ("pitlane.json", "{\"root\": true}"),
    ])
    func whatIsWrongIsSaidInOneLine(name: String, text: String) throws {
        let error = try #require(throws: StartupError.self) {
            try ConfigurationFile.parse(text, path: "/site/\(name)")
        }
        #expect(error.exitCode == 64)
        #expect(error.message.contains("/site/\(name)"))
        #expect(!error.message.contains("\n"))
        #expect(!error.message.contains("Dictionary") && !error.message.contains("Mapping"))
    }

    @Test(arguments: [
        ("pitlane.toml", "root = \"a\"\nlisten = oops\n"),
        ("pitlane.json", "{\"root\": \"a\",\n \"listen\": oops}"),
        ("pitlane.yaml", "root: a\nlisten: a: b\n"),
    ])
    func aSyntaxErrorNamesItsLine(name: String, text: String) throws {
        let error = try #require(throws: StartupError.self) {
            try ConfigurationFile.parse(text, path: "/site/\(name)")
        }
        #expect(error.message.contains("line 2"), "\(error.message)")
    }

    @Test func anUnknownKeyNamesTheKnownOnes() throws {
        let error = try #require(throws: StartupError.self) {
            try ConfigurationFile.parse("port = 1", path: "/site/pitlane.toml")
        }
        #expect(error.message.contains("\"port\""))
        #expect(error.message.contains("listen"))
    }

    @Test(arguments: ["pitlane.toml", "pitlane.yaml"])
    func anEmptyFileIsFine(_ name: String) throws {
        #expect(try ConfigurationFile.parse("# nothing\n", path: "/\(name)") == Settings())
    }

    @Test func theNearestFileUpwardIsFound() throws {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("pitlane-find-\(UUID().uuidString)")
        let nested = folder.appendingPathComponent("a/b")
        try FileManager.default.createDirectory(at: nested, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("pitlane.toml")
        try Data().write(to: file)
        #expect(try ConfigurationFile.find(from: nested.path) == file.path)

        try Data().write(to: folder.appendingPathComponent("pitlane.json"))
        let error = try #require(throws: StartupError.self) { try ConfigurationFile.find(from: nested.path) }
        #expect(error.message.contains("two configuration files"))

        let nearer = folder.appendingPathComponent("a/pitlane.yaml")
        try Data().write(to: nearer)
        #expect(try ConfigurationFile.find(from: nested.path) == nearer.path)
    }

    @Test func anUnreadableFileIsNamed() throws {
        let error = try #require(throws: StartupError.self) {
            try ConfigurationFile.read("/no/such/pitlane.toml")
        }
        #expect(error.message.contains("/no/such/pitlane.toml"))
    }

    @Test func whatIsNoTextFileIsNamedWithTheReason() throws {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("pitlane-read-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        func reason(_ name: String) throws -> String {
            try #require(throws: StartupError.self) {
                try ConfigurationFile.read(folder.appendingPathComponent(name).path)
            }.message
        }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("pitlane.toml"), withIntermediateDirectories: true)
        #expect(try reason("pitlane.toml").contains("it is no file"))
        try Data([0xff, 0xfe, 0x00]).write(to: folder.appendingPathComponent("pitlane.json"))
        #expect(try reason("pitlane.json").contains("it is not UTF-8 text"))
        try Data(count: ConfigurationFile.maximumBytes + 1).write(
            to: folder.appendingPathComponent("pitlane.yaml"))
        #expect(try reason("pitlane.yaml").contains("larger than 1 MiB"))
    }

    @Test(arguments: [
        ("pitlane.toml", "editor = \"evil\""), ("pitlane.json", #"{"editor": "evil"}"#),
        ("pitlane.yaml", "editor: evil"),
    ])
    func aCommandIsNotTakenFromAFile(name: String, text: String) throws {
        let error = try #require(throws: StartupError.self) {
            try ConfigurationFile.parse(text, path: "/site/\(name)")
        }
        #expect(error.exitCode == 64)
        #expect(error.message.contains("--editor") && error.message.contains("PITLANE_EDITOR"))
        #expect(error.message.contains("/site/\(name)"))
    }
}
