extension UpstreamError {
    static let stopped = UpstreamError(
        code: .stopped,
        message: "The client of the dev server is not running; Pitlane is starting or stopping.")

    static let outOfHandles = UpstreamError(
        code: .other, message: "libcurl has no memory for another request to the dev server.")

    static func overloaded(origin: String, limit: Int) -> UpstreamError {
        UpstreamError(
            code: .overloaded,
            message:
                "More than \(limit) requests wait for the dev server at \(origin). Try again when it has caught up."
        )
    }

    static func noAnswer(origin: String, limit: Duration, attempts: Int) -> UpstreamError {
        UpstreamError(
            code: .timeout,
            message:
                "The dev server at \(origin) did not answer within \(limit.inWords). See whether it hangs.",
            attempts: attempts)
    }

    static func noFreeConnection(origin: String, limit: Duration) -> UpstreamError {
        UpstreamError(
            code: .timeout,
            message: "The dev server at \(origin) was busy with earlier requests for \(limit.inWords). "
                + "See whether it hangs.")
    }

    static func noConnection(origin: String, limit: Duration) -> UpstreamError {
        UpstreamError(
            code: .timeout,
            message: "The dev server at \(origin) did not take the connection within \(limit.inWords). "
                + "Is the address right? Start it or change --upstream.")
    }

    static func tooManyRedirects(origin: String, limit: Int, attempts: Int) -> UpstreamError {
        UpstreamError(
            code: .tooManyRedirects,
            message:
                "The dev server at \(origin) redirected more than \(limit) times. See whether it redirects in a circle.",
            attempts: attempts)
    }

    static func redirectOutside(origin: String, location: String) -> UpstreamError {
        UpstreamError(
            code: .redirectOutside,
            message: "The dev server at \(origin) redirects to \(location), which is not followed. "
                + "If that is the dev server, give its URL to --upstream.",
            location: location)
    }

    static func tooLarge(origin: String, limit: Int) -> UpstreamError {
        UpstreamError(
            code: .tooLarge, message: "The dev server at \(origin) sent more than the allowed \(limit) bytes."
        )
    }

    static func tooLargeHead(origin: String, limit: Int) -> UpstreamError {
        UpstreamError(
            code: .other,
            message: "The dev server at \(origin) sent headers of more than the allowed \(limit) bytes.")
    }

    static func truncated(origin: String, detail: String, curlCode: Int?) -> UpstreamError {
        UpstreamError(
            code: .truncated,
            message: "The dev server at \(origin) sent an answer that is not whole (\(detail)).",
            curlCode: curlCode)
    }
}

extension Duration {
    /// In seconds, or milliseconds below one second.
    var inWords: String {
        self >= .seconds(1)
            ? formattedSeconds
            : "\(milliseconds) ms"
    }

    /// Whole milliseconds, rounded up.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    private var formattedSeconds: String {
        let tenths = milliseconds / 100
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
