/// Makes the JSON of the server's messages.
///
/// Every function is pure and safe on any thread.
package enum ServerMessage {
    /// The version of the protocol that `hello` announces.
    package static let protocolVersion = 1

    /// `hello`, the first message of a connection.
    /// - Parameters:
    ///   - server: Name and version, `pitlane/1.0.0`.
    ///   - instance: Random per process.
    ///   - session: Random per connection.
    ///   - sequenceNumber: Number of the last event.
    ///   - clients: Number of open sessions.
    ///   - limits: What the server allows.
    package static func hello(
        server: String, instance: String, session: String, sequenceNumber: UInt64, clients: Int,
        limits: ProtocolLimits
    ) -> [UInt8] {
        var json = opening("hello", id: nil)
        json.appendRaw(#","protocol":"#)
        json.appendJSON(protocolVersion)
        json.appendRaw(#","server":"#)
        json.appendJSON(server)
        json.appendRaw(#","instance":"#)
        json.appendJSON(instance)
        json.appendRaw(#","session":"#)
        json.appendJSON(session)
        json.appendRaw(#","seq":"#)
        json.appendJSON(sequenceNumber)
        json.appendRaw(#","clients":"#)
        json.appendJSON(clients)
        json.appendRaw(#","heartbeat":"#)
        json.appendJSON(limits.heartbeatMilliseconds)
        json.appendRaw(#","limits":{"clientMessageBytes":"#)
        json.appendJSON(limits.clientMessageBytes)
        json.appendRaw(#","moduleBytes":"#)
        json.appendJSON(limits.moduleBytes)
        json.appendRaw(#","pathBytes":"#)
        json.appendJSON(ProtocolLimits.pathBytes)
        json.appendRaw(#","listCount":"#)
        json.appendJSON(limits.listCount)
        json.appendRaw(#","eventBytes":"#)
        json.appendJSON(ProtocolLimits.eventBytes)
        json.appendRaw(#","silence":"#)
        json.appendJSON(limits.silenceMilliseconds)
        json.appendRaw("}}")
        return json
    }

    /// What stands before ``moduleResponseBody(path:hash:content:contentType:source:)``: `{`, or
    /// `{"id":…,`.
    package static func openBrace(id: RequestID?) -> [UInt8] {
        var json: [UInt8] = [UInt8(ascii: "{")]
        guard let id else { return json }
        json.appendRaw(#""id":"#)
        id.append(to: &json)
        json.append(UInt8(ascii: ","))
        return json
    }

    /// `module:response` without its opening brace, so that it can be kept and sent with any `id`.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - hash: The content's hash.
    ///   - content: The module's bytes; must be valid UTF-8.
    ///   - contentType: The media type.
    ///   - source: Where the content came from.
    package static func moduleResponseBody(
        path: ModulePath, hash: String, content: UnsafeRawBufferPointer, contentType: String,
        source: ModuleSource
    ) -> [UInt8] {
        var json: [UInt8] = []
        // Line ends and quotes make source text about a twentieth longer.
        json.reserveCapacity(content.count + content.count / 16 + path.string.utf8.count + 192)
        json.appendRaw(#""type":"module:response","path":"#)
        json.appendJSON(path.string)
        json.appendRaw(#","hash":"#)
        json.appendJSON(hash)
        json.appendRaw(#","contentType":"#)
        json.appendJSON(contentType)
        json.appendRaw(#","size":"#)
        json.appendJSON(content.count)
        json.appendRaw(#","source":""#)
        json.append(contentsOf: source.rawValue.utf8)
        json.appendRaw(#"","content":"#)
        json.appendJSON(utf8: content)
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// `module:status`.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - changed: Whether the client's copy is not current.
    ///   - hash: The current hash; `nil` when the module is gone.
    ///   - id: The request's.
    package static func moduleStatus(
        path: String, changed: Bool, hash: String?, id: RequestID?
    ) -> [UInt8] {
        var json = opening("module:status", id: id)
        json.appendRaw(#","path":"#)
        json.appendJSON(path)
        if changed {
            json.appendRaw(#","changed":true,"hash":"#)
        } else {
            json.appendRaw(#","changed":false,"hash":"#)
        }
        json.appendJSON(hash)
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// `module:list`.
    /// - Parameters:
    ///   - modules: The modules, sorted.
    ///   - truncated: Whether there are more.
    ///   - id: The request's.
    package static func moduleList(
        _ modules: [ModuleListing], truncated: Bool, id: RequestID?
    ) -> [UInt8] {
        var json = opening("module:list", id: id)
        json.appendRaw(#","modules":["#)
        for (index, module) in modules.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.appendRaw(#"{"path":"#)
            json.appendJSON(module.path.string)
            json.appendRaw(#","hash":"#)
            json.appendJSON(module.hash)
            json.appendRaw(#","size":"#)
            json.appendJSON(module.size)
            json.append(UInt8(ascii: "}"))
        }
        if truncated {
            json.appendRaw(#"],"truncated":true}"#)
        } else {
            json.appendRaw(#"],"truncated":false}"#)
        }
        return json
    }

    /// `module:error`: the module that was asked for cannot be had.
    /// - Parameters:
    ///   - error: Why.
    ///   - path: The path as the client wrote it.
    ///   - id: The request's.
    package static func moduleError(_ error: ModuleError, path: String, id: RequestID?) -> [UInt8] {
        var json = opening("module:error", id: id)
        json.appendRaw(#","path":"#)
        json.appendJSON(path)
        appendError(error.code, error.message, to: &json)
        return json
    }

    /// `pong`, the answer to `ping`.
    package static func pong(id: RequestID?) -> [UInt8] {
        var json = opening("pong", id: id)
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// `resync`: events were lost; the client must treat every module it holds as unchecked.
    /// - Parameters:
    ///   - sequenceNumber: Number of the last event.
    ///   - id: The request's, when it answers a `resume`.
    package static func resync(sequenceNumber: UInt64, id: RequestID? = nil) -> [UInt8] {
        var json = opening("resync", id: id)
        json.appendRaw(#","seq":"#)
        json.appendJSON(sequenceNumber)
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// `error`: a message cannot be answered at all.
    /// - Parameters:
    ///   - code: The machine-readable reason.
    ///   - message: What happened and what to do.
    ///   - id: The request's, if it could be read.
    package static func error(_ code: ErrorCode, _ message: String, id: RequestID?) -> [UInt8] {
        var json = opening("error", id: id)
        appendError(code, message, to: &json)
        return json
    }

    /// `error`: a message cannot be answered at all.
    /// - Parameter error: Why; its `requestID` is echoed.
    package static func error(_ error: ModuleError) -> [UInt8] {
        self.error(error.code, error.message, id: error.requestID)
    }

    static func opening(_ type: StaticString, id: RequestID?) -> [UInt8] {
        var json = openBrace(id: id)
        json.reserveCapacity(256)
        json.appendRaw(#""type":""#)
        json.appendRaw(type)
        json.append(UInt8(ascii: "\""))
        return json
    }

    static func appendError(_ code: ErrorCode, _ message: String, to json: inout [UInt8]) {
        json.appendRaw(#","code":"#)
        json.appendJSON(code.rawValue)
        json.appendRaw(#","message":"#)
        json.appendJSON(message)
        json.append(UInt8(ascii: "}"))
    }
}
