/// A text frame of a client, decoded.
package enum ClientMessage: Sendable, Equatable {
    /// `module:request`: send the module, or say that the client's copy is current.
    case moduleRequest(ModuleRequest)
    /// `module:check`: say whether `hash` is still the module's.
    case moduleCheck(path: String, hash: String, id: RequestID?)
    /// `module:list`: say what there is. `prefix` is as the client wrote it; `limit` is not negative.
    case moduleList(prefix: String?, limit: Int?, id: RequestID?)
    /// `module:graph`: send everything that some entries import.
    case moduleGraph(GraphRequest)
    /// `subscribe`: send the events of these channels as well.
    case subscribe([ChannelName], id: RequestID?)
    /// `unsubscribe`: no longer send the events of these channels.
    case unsubscribe([ChannelName], id: RequestID?)
    /// `resume`: send what an earlier session of this client has missed.
    case resume(ResumeRequest)
    /// `session-resume`: say who this client is; `token` is what it was told earlier.
    case sessionResume(token: String?, id: RequestID?)
    /// `event`: forward this to a channel's subscribers.
    case event(EventRequest)
    /// `hot:running`: says which module versions the page runs.
    case hotRunning(HotRunning)
    /// `hot:versions`: texts of what the page runs.
    case hotVersions(HotVersions)
    /// `hot:invalidate`: a module refuses its own update.
    case hotInvalidate(HotInvalidation)
    /// `ping` of the JSON protocol, not of RFC 6455.
    case ping(id: RequestID?)
    /// A type this version does not have; to be answered `unknown_type`. `type` is clipped.
    case unknown(type: String, id: RequestID?)

    /// Decodes one message.
    ///
    /// Safe on any thread; does not block.
    /// Fields that a message does not have are skipped, nested ones too; of a field that is there twice
    /// the last counts; `null` counts as absent.
    /// - Parameter bytes: The text frame's payload.
    /// - Throws: ``ModuleError`` with code ``ErrorCode/badRequest``; its `requestID` is set when the `id` could
    ///   be read.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(ModuleError) -> ClientMessage {
        var scanner = JSONScanner(bytes)
        var fields = Fields()
        do throws(JSONScanner.Failure) {
            try fields.scan(&scanner)
        } catch {
            throw ModuleError(
                .badRequest,
                message: "The message is not valid JSON: \(error.reason) at byte \(error.offset). "
                    + "Send one JSON object per text frame, such as "
                    + #"{"type":"module:request","path":"lib/a.mjs"}."#)
        }
        let id = try fields.requestID(scanner)
        do throws(ModuleError) {
            return try decode(fields, id: id, scanner: scanner)
        } catch {
            var error = error
            error.requestID = id
            throw error
        }
    }

    /// Bytes of an unknown type that come back in the answer.
    private static let clippedTypeBytes = 64

    private static func decode(
        _ fields: Fields, id: RequestID?, scanner: JSONScanner
    ) throws(ModuleError) -> ClientMessage {
        guard let type = try fields.string(.type, scanner) else {
            throw ModuleError(
                .badRequest,
                message: #"The message has no "type". Send a JSON object with a string "type", "#
                    + #"such as {"type":"ping"}."#)
        }
        switch type {
        case "module:request":
            return .moduleRequest(
                ModuleRequest(
                    path: try fields.required(.path, of: type, scanner),
                    hash: try fields.string(.hash, scanner),
                    binary: try fields.bool(.binary, scanner) ?? false, id: id))
        case "module:check":
            return .moduleCheck(
                path: try fields.required(.path, of: type, scanner),
                hash: try fields.required(.hash, of: type, scanner), id: id)
        case "module:list":
            return .moduleList(
                prefix: try fields.string(.prefix, scanner), limit: try fields.count(.limit, scanner), id: id)
        case "module:graph":
            return .moduleGraph(try GraphRequest(fields, id: id, scanner: scanner))
        case "subscribe":
            return .subscribe(try ChannelName.list(fields, of: type, scanner), id: id)
        case "unsubscribe":
            return .unsubscribe(try ChannelName.list(fields, of: type, scanner), id: id)
        case "resume":
            return .resume(try ResumeRequest(fields, id: id, scanner: scanner))
        case "session-resume":
            return .sessionResume(token: try fields.string(.token, scanner), id: id)
        case "event":
            return .event(try EventRequest(fields, id: id, scanner: scanner))
        case "hot:running":
            return .hotRunning(try HotRunning(fields, id: id, scanner: scanner))
        case "hot:versions":
            return .hotVersions(try HotVersions(fields, scanner: scanner))
        case "hot:invalidate":
            return .hotInvalidate(try HotInvalidation(fields, id: id, scanner: scanner))
        case "ping":
            return .ping(id: id)
        default:
            return .unknown(type: String(type.prefix(clippedTypeBytes)), id: id)
        }
    }
}
