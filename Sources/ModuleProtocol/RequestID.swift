/// The optional `id` of a request, which comes back in its answer.
package enum RequestID: Sendable, Hashable {
    /// A JSON string, decoded.
    case string(String)
    /// A JSON number in the very digits the client sent: `1.0` comes back as `1.0`.
    case number(String)

    /// Appends the `id` as a JSON value.
    package func append(to json: inout [UInt8]) {
        switch self {
        case .string(let text): json.appendJSON(text)
        case .number(let digits): json.append(contentsOf: digits.utf8)
        }
    }
}
