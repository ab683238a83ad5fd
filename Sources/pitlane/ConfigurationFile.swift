import DevServer
import Foundation
import TOMLKit
import Yams

/// The optional `pitlane.toml`, `.json`, `.yaml` or `.yml`.
enum ConfigurationFile {
    static let names = ["pitlane.toml", "pitlane.json", "pitlane.yaml", "pitlane.yml"]

    /// Larger files are no configuration.
    static let maximumBytes = 1 << 20

    /// Looks for a configuration file in a folder and in those above it.
    /// - Parameter folder: An absolute path.
    /// - Returns: The nearest file's path, or `nil`.
    /// - Throws: ``StartupError`` when one folder holds two of them.
    static func find(from folder: String) throws(StartupError) -> String? {
        var folder = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL
        while true {
            let found = names.map { folder.appendingPathComponent($0).path }
                .filter { FileManager.default.fileExists(atPath: $0) }
            if found.count > 1 {
                throw StartupError(
                    message:
                        "There are two configuration files, \(found[0]) and \(found[1]). Keep one of them.",
                    exitCode: 64)
            }
            if let file = found.first { return file }
            let parent = folder.deletingLastPathComponent()
            if parent.path == folder.path { return nil }
            folder = parent
        }
    }

    /// Reads a configuration file; relative paths in it are relative to its folder.
    /// - Parameter path: The file's absolute path.
    /// - Throws: ``StartupError`` that names the file and what is wrong in it.
    static func read(_ path: String) throws(StartupError) -> Settings {
        func unreadable(_ reason: String) -> StartupError {
            StartupError(
                message: "Cannot read the configuration file \(path): \(oneLine(reason)). Mend or remove it.",
                exitCode: 64)
        }
        let data: Data
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let type = attributes[.type] as? FileAttributeType
            guard type == .typeRegular || type == .typeSymbolicLink else { throw unreadable("it is no file") }
            guard attributes[.size] as? Int ?? 0 <= maximumBytes else {
                throw unreadable("it is larger than 1 MiB")
            }
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as StartupError {
            throw error
        } catch {
            throw unreadable(error.localizedDescription)
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw unreadable("it is not UTF-8 text")
        }
        return try parse(text, path: path)
    }

    /// Parses a configuration file's text in the format its name says.
    static func parse(_ text: String, path: String) throws(StartupError) -> Settings {
        let values: [String: Value]
        do {
            switch URL(fileURLWithPath: path).pathExtension {
            case "toml":
                values = try TOMLDecoder().decode([String: Value].self, from: text)
            case "json":
                values = try JSONDecoder().decode([String: Value].self, from: Data(text.utf8))
            default:
                // An empty YAML document is an empty configuration.
                values =
                    try Yams.compose(yaml: text) == nil
                    ? [:] : YAMLDecoder().decode([String: Value].self, from: text)
            }
        } catch {
            let problem = (path.hasSuffix(".json") ? JSONProblem.describe(text) : nil) ?? describe(error)
            throw StartupError(
                message: "The configuration file \(path) is not valid: \(oneLine(problem)).", exitCode: 64)
        }
        var settings = Settings()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let key = SettingKey(rawValue: name) else {
                throw StartupError(
                    message: "The configuration file \(path) has an unknown key \"\(name)\". "
                        + "Known keys: \(SettingKey.allCases.filter(\.isAllowedInFile).map(\.rawValue).joined(separator: ", ")).",
                    exitCode: 64)
            }
            guard key.isAllowedInFile else {
                throw StartupError(
                    message:
                        "The configuration file \(path) must not hold \"\(name)\": a command is only taken from "
                        + "\(key.flag) or \(key.variable), since a file may come with somebody else's code.",
                    exitCode: 64)
            }
            guard key.isList || value.strings.count == 1, !value.isList || key.isList else {
                throw StartupError(
                    message: "In the configuration file \(path), \"\(name)\" takes one value, not a list.",
                    exitCode: 64)
            }
            settings[key] = SettingValue(
                values: value.strings.map { absolute($0, for: key, besides: path) }, origin: .file(path))
        }
        return settings
    }

    /// A value as the three formats have it: a string, a number, or a list of them.
    private struct Value: Decodable {
        var strings: [String]
        var isList: Bool

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let list = try? container.decode([Scalar].self) {
                strings = list.map(\.text)
                isList = true
            } else {
                strings = [try container.decode(Scalar.self).text]
                isList = false
            }
        }
    }

    private struct Scalar: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let number = try? container.decode(Int.self) {
                text = String(number)
            } else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "the value must be a string, a number or a list of strings"))
            }
        }
    }

    private static func absolute(_ value: String, for key: SettingKey, besides file: String) -> String {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        func resolve(_ path: String) -> String {
            path.hasPrefix("/") ? path : folder.appendingPathComponent(path).standardizedFileURL.path
        }
        switch key {
        case .root, .importMap, .tlsCert, .tlsKey:
            return resolve(value)
        case .mount:
            guard let equals = value.firstIndex(of: "=") else { return value }
            return value[...equals] + resolve(String(value[value.index(after: equals)...]))
        default:
            return value
        }
    }

    private static func describe(_ error: any Error) -> String {
        switch error {
        case let error as TOMLParseError:
            return oneLine("line \(error.source.begin.line): \(error.description)")
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            return oneLine("line \(mark.line): \(problem)")
        case DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty:
            return "it must hold keys with values, such as root and a folder"
        case DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.keyNotFound(_, let context):
            let key = context.codingPath.first.map { "\"\($0.stringValue)\": " } ?? ""
            return oneLine(key + context.debugDescription)
        default:
            return oneLine("\(error)")
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
            .trimmingCharacters(in: CharacterSet(charactersIn: ". "))
    }
}
