import Foundation
import Logging

/// Writes one line a log message to standard error, for people or as JSON.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let format: LogFormat

    init(format: LogFormat, level: Logger.Level) {
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = line(
            at: Date(), level: event.level, message: event.message.description,
            metadata: metadata.merging(event.metadata ?? [:]) { $1 })
        StandardStream.error.write(line + "\n")
    }

    /// One line without control characters: paths come from clients, and a terminal obeys escape sequences.
    private static func printable(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return String(
            String.UnicodeScalarView(
                line.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{fffd}" : $0 }))
    }

    /// The line without its end.
    func line(at time: Date, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        let time = time.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
        let pairs = metadata.map { ($0.key, $0.value.description) }.sorted { $0.0 < $1.0 }
        switch format {
        case .text:
            let details = pairs.map { "\($0)=\($1)" }.joined(separator: " ")
            let text = details.isEmpty ? message : "\(message)  \(details)"
            return "\(time) \(level.rawValue): \(Self.printable(text))"
        case .json:
            var fields = ["time": time, "level": level.rawValue, "message": message]
            for (key, value) in pairs where fields[key] == nil { fields[key] = value }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            // A dictionary of strings always encodes.
            return String(decoding: (try? encoder.encode(fields)) ?? Data(), as: UTF8.self)
        }
    }
}
