import Foundation
import Logging
import Testing

@testable import pitlane

@Suite struct LineLogHandlerTests {
    let time = Date(timeIntervalSince1970: 1_700_000_000.25)

    @Test func textIsOneLineForAPerson() {
        let line = LineLogHandler(format: .text, level: .info)
            .line(at: time, level: .notice, message: "two\nlines", metadata: ["b": "2", "a": "1"])
        #expect(
            line == "2023-11-14T22:13:20.250Z notice: two lines a=1 b=2"
                || line.hasSuffix(" notice: two lines  a=1 b=2"))
        #expect(line.hasPrefix("2023-11-14T22:13:20.250"))
    }

    @Test func textCarriesNoEscapeSequences() {
        let line = LineLogHandler(format: .text, level: .info)
            .line(at: time, level: .info, message: "GET \u{1b}[2J\u{7}\u{9b}", metadata: ["path": "\r\n\0"])
        #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(line.contains("GET \u{fffd}[2J"))
    }

    @Test func jsonIsOneObject() throws {
        let line = LineLogHandler(format: .json, level: .info)
            .line(
                at: time, level: .error, message: "a \"quoted\"\nline",
                metadata: ["path": "x/y", "level": "fake"])
        #expect(!line.contains("\n"))
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(object["level"] == "error")
        #expect(object["message"] == "a \"quoted\"\nline")
        #expect(object["path"] == "x/y")
    }
}
