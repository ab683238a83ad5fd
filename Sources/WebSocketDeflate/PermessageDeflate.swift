/// The agreed parameters of permessage-deflate (RFC 7692 section 7).
///
/// Both directions never take over the context of an earlier message, so that a message can be deflated once
/// for all connections and one inflater serves a whole event loop.
package struct PermessageDeflate: Sendable, Equatable {
    /// Base-2 logarithm of the largest window the server may deflate with, 9 to 15.
    package let serverMaxWindowBits: Int
    /// Base-2 logarithm of the largest window the client deflates with, 8 to 15.
    package let clientMaxWindowBits: Int

    /// Agreed parameters; see the properties.
    ///
    /// - Parameters:
    ///   - serverMaxWindowBits: 9 to 15.
    ///   - clientMaxWindowBits: 8 to 15.
    package init(serverMaxWindowBits: Int = 15, clientMaxWindowBits: Int = 15) {
        self.serverMaxWindowBits = serverMaxWindowBits
        self.clientMaxWindowBits = clientMaxWindowBits
    }

    /// Chooses the first acceptable offer (RFC 7692 sections 5 and 7.1).
    ///
    /// An offer with an unknown, repeated or malformed parameter is declined, and so is one that asks for
    /// `server_max_window_bits=8`, which zlib cannot do. A header value that does not follow the grammar is
    /// declined as a whole.
    ///
    /// - Parameter headerValues: All values of the request's `Sec-WebSocket-Extensions` fields, in order.
    /// - Returns: What was agreed and the response's `Sec-WebSocket-Extensions` value; nil when there is no
    ///   acceptable offer, in which case the response carries no such field.
    package static func negotiate(_ headerValues: [String]) -> (
        parameters: PermessageDeflate, responseHeader: String
    )? {
        for value in headerValues {
            for offer in ExtensionHeaderParser.parse(value) ?? [] where offer.name == "permessage-deflate" {
                if let accepted = accept(offer.parameters) { return accepted }
            }
        }
        return nil
    }

    private static func accept(_ parameters: [ExtensionOffer.Parameter]) -> (PermessageDeflate, String)? {
        var serverBits: Int?
        var clientBits: Int?
        var seen: Set<String> = []
        for parameter in parameters {
            guard seen.insert(parameter.name).inserted else { return nil }
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil):
                break
            case ("server_max_window_bits", let value?):
                guard let bits = windowBits(value), bits > 8 else { return nil }
                serverBits = bits
            case ("client_max_window_bits", nil):
                break
            case ("client_max_window_bits", let value?):
                guard let bits = windowBits(value) else { return nil }
                clientBits = bits
            default:
                return nil
            }
        }
        var response = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        if let serverBits { response += "; server_max_window_bits=\(serverBits)" }
        // A client bound to 8 bits keeps to its own word; asking for 8 fails in clients that use zlib.
        if let clientBits, clientBits > 8 { response += "; client_max_window_bits=\(clientBits)" }
        let agreed = PermessageDeflate(
            serverMaxWindowBits: serverBits ?? 15, clientMaxWindowBits: clientBits ?? 15)
        return (agreed, response)
    }

    /// A decimal integer from 8 to 15 without leading zeros.
    private static func windowBits(_ value: String) -> Int? {
        switch value {
        case "8": 8
        case "9": 9
        case "10": 10
        case "11": 11
        case "12": 12
        case "13": 13
        case "14": 14
        case "15": 15
        default: nil
        }
    }
}
