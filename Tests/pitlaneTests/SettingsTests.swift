import DevServer
import Testing

@testable import pitlane

@Suite struct SettingsTests {
    static func value(_ text: String, _ origin: SettingValue.Origin) -> SettingValue {
        SettingValue(values: [text], origin: origin)
    }

    @Test(arguments: SettingKey.allCases)
    func aFlagWinsOverAVariableAndAVariableOverTheFile(_ key: SettingKey) {
        var flags = Settings()
        flags[key] = Self.value("flag", .flag)
        let variables = Settings.fromEnvironment([key.variable: "variable"])
        var file = Settings()
        file[key] = Self.value("file", .file("/x/pitlane.toml"))

        #expect(flags.over(variables).over(file)[key]?.values == ["flag"])
        #expect(Settings().over(variables).over(file)[key]?.values == ["variable"])
        #expect(Settings().over(Settings()).over(file)[key]?.values == ["file"])
    }

    @Test func variablesHaveTheFlagsNames() {
        #expect(SettingKey.allowOrigin.variable == "PITLANE_ALLOW_ORIGIN")
        #expect(SettingKey.tlsCert.flag == "--tls-cert")
    }

    @Test func listsInVariablesAreSeparatedByCommas() {
        let settings = Settings.fromEnvironment([
            "PITLANE_ALLOW_HOST": "a.test, b.test", "PITLANE_ROOT": "a,b",
        ])
        #expect(settings[.allowHost]?.values == ["a.test", "b.test"])
        #expect(settings[.root]?.values == ["a,b"])
    }

    @Test func anEmptyVariableIsUnset() {
        #expect(Settings.fromEnvironment(["PITLANE_UPSTREAM": ""]) == Settings())
    }

    @Test func everyFlagIsASetting() throws {
        let command = try Pitlane.parse([
            "--root", "r", "--mount", "/a=b", "--mount", "/c=d", "--listen", "127.0.0.1:1", "--upstream",
            "http://u", "--prefer", "upstream", "--import-map", "m.json", "--resolve-extensions", ".js",
            "--resolve-extensions", "/index.js",
            "--allow-origin", "https://o", "--allow-host", "h", "--ignore", "*.x", "--compress", "never",
            "--cache-size", "1MB", "--history", "5", "--publish", "a", "--publish", "b", "--editor", "e",
            "--tls-cert", "c",
            "--tls-key", "k", "--log-level", "debug",
            "--log-format", "json",
        ])
        for key in SettingKey.allCases {
            #expect(command.settings[key]?.origin == .flag, "\(key)")
        }
        #expect(command.settings[.mount]?.values == ["/a=b", "/c=d"])
        #expect(command.settings[.publish]?.values == ["a", "b"])
        #expect(command.settings[.resolveExtensions]?.values == [".js", "/index.js"])
        #expect(try Pitlane.parse([]).settings == Settings())
    }

    @Test(arguments: [
        ["--teleport"], ["y", "--root"], ["surplus"], ["--compress=always", "--version=3"], ["--"], ["-x"],
    ])
    func usageErrorsAreOneLine(arguments: [String]) throws {
        guard
            let error = #expect(
                throws: (any Error).self, performing: { try Pitlane.parse(["z"] + arguments) })
        else { return }
        let text = Pitlane.usageError(error)
        #expect(!text.contains("\n"))
        #expect(text.hasSuffix(" See 'pitlane --help'."))
    }

    @Test func helpNamesEverySetting() {
        let help = Pitlane.helpMessage(columns: 400)
        for key in SettingKey.allCases {
            #expect(help.contains(key.flag))
            #expect(help.contains(key.variable))
        }
        #expect(help.contains("(default: 127.0.0.1:8889 and [::1]:8889;"))
    }
}
