import DevServer
import Foundation
import ModuleGraph

/// Turns the text of settings into values, with errors that name the place a text came from.
struct SettingReader {
    let settings: Settings

    func strings(_ key: SettingKey) -> [String] { settings[key]?.values ?? [] }

    func string(_ key: SettingKey) -> String? { settings[key]?.values.last }

    func invalid(_ key: SettingKey, _ text: String, expected: String) -> StartupError {
        StartupError(
            message: "\(settings.place(of: key)): \"\(text)\" cannot be used. Give \(expected).", exitCode: 64
        )
    }

    /// One of an enumeration's cases by name.
    func choice<Choice>(_ key: SettingKey) throws(StartupError) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        guard let text = string(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid(key, text, expected: "one of: \(names)")
        }
        return choice
    }

    func requireFolder(_ path: String, for key: SettingKey) throws(StartupError) {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists else {
            throw StartupError(
                message:
                    "\(settings.place(of: key)): there is no folder \(path). Create it, or name another.",
                exitCode: 64)
        }
        guard isFolder.boolValue else {
            throw StartupError(
                message: "\(settings.place(of: key)): \(path) is a file. Name the folder that holds it.",
                exitCode: 64)
        }
    }

    /// A file that holds an import map.
    func importMap(_ path: String) throws(StartupError) -> String {
        guard let text = FileManager.default.contents(atPath: path) else {
            throw StartupError(
                message: "\(settings.place(of: .importMap)): the file \(path) cannot be read. "
                    + "Name an import map.",
                exitCode: 64)
        }
        do throws(ImportMapError) {
            guard let root = SiteURL(parsing: "/") else { preconditionFailure("/ is a path") }
            _ = try ImportMap(json: text, base: root)
        } catch {
            throw StartupError(
                message: "\(settings.place(of: .importMap)): \(path): \(error.message)", exitCode: 64)
        }
        return path
    }

    /// Reads `URLPREFIX=DIR`.
    func mount(_ text: String) throws(StartupError) -> DevServerConfiguration.Mount {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex, text.hasPrefix("/"),
            text.index(after: equals) != text.endIndex
        else {
            throw invalid(.mount, text, expected: "a URL prefix and a folder, such as /lib=public/app/lib")
        }
        return .init(urlPrefix: String(text[..<equals]), folder: String(text[text.index(after: equals)...]))
    }

    /// Reads `ADDR:PORT`, or `PORT` alone.
    func listenAddress(_ text: String) throws(StartupError) -> DevServerConfiguration.ListenAddress {
        if let port = Int(text), (0...65_535).contains(port) { return .init(host: "127.0.0.1", port: port) }
        guard let authority = Authority(text), let port = authority.port else {
            throw invalid(
                .listen, text, expected: "an address and a port, such as 127.0.0.1:8889 or [::1]:8889")
        }
        let host =
            authority.host.hasPrefix("[") ? String(authority.host.dropFirst().dropLast()) : authority.host
        return .init(host: host, port: port)
    }

    /// Reads `http://host[:port][/prefix]`.
    func upstream(_ text: String) throws(StartupError) -> String {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty, url.user == nil,
            url.query == nil, url.fragment == nil
        else {
            throw invalid(
                .upstream, text,
                expected: "the dev server's address with http:// or https://, such as http://localhost:3000")
        }
        return text
    }

    /// Reads `scheme://host[:port]`, or `null`.
    func origin(_ text: String) throws(StartupError) -> String {
        if text == "null" { return text }
        guard let url = URLComponents(string: text), url.scheme != nil, url.host?.isEmpty == false,
            url.path.isEmpty || url.path == "/", url.query == nil, url.fragment == nil, url.user == nil
        else {
            throw invalid(.allowOrigin, text, expected: "an origin such as https://app.test:8443")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// Reads `64MB`, `256MiB`, `1GB` or `1048576`; every unit counts in powers of 1,024.
    func byteSize(_ text: String) throws(StartupError) -> Int {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = ["": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
        var unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces).lowercased()
        for suffix in ["ib", "b"] where unit.count > 1 && unit.hasSuffix(suffix) {
            unit.removeLast(suffix.count)
            break
        }
        guard let count = Int(digits), let factor = units[unit] else {
            throw invalid(.cacheSize, text, expected: "a size such as 256MB")
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow, bytes >= Self.minimumCacheBytes else {
            throw invalid(.cacheSize, text, expected: "at least 1MB")
        }
        return bytes
    }

    static let minimumCacheBytes = 1 << 20

    /// Reads a count of events.
    func historyEvents(_ text: String) throws(StartupError) -> Int {
        guard let count = Int(text), (0...ServerLimits.maximumHistoryEvents).contains(count) else {
            throw invalid(
                .history, text, expected: "a number of events from 0 to \(ServerLimits.maximumHistoryEvents)"
            )
        }
        return count
    }
}
