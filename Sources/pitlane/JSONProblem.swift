import Foundation

/// Finds out where a text is no JSON, which `JSONDecoder` does not tell.
enum JSONProblem {
    /// What is wrong and in which line.
    /// - Returns: nil when the text is JSON, or when the parser does not say.
    static func describe(_ text: String) -> String? {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            return nil
        } catch {
            guard let details = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String else {
                return nil
            }
            // "Invalid value around character 25."
            let parts = details.components(separatedBy: " around character ")
            guard parts.count == 2, let offset = Int(parts[1].prefix { $0.isNumber }) else {
                return "line \(line(at: text.utf8.count, in: text)): \(details)"
            }
            return "line \(line(at: offset, in: text)): \(parts[0])"
        }
    }

    private static func line(at offset: Int, in text: String) -> Int {
        1 + text.utf8.prefix(offset).count { $0 == UInt8(ascii: "\n") }
    }
}
