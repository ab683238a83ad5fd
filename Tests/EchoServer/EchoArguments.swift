/// The command line of the echo server.
struct EchoArguments {
    struct Invalid: Error, CustomStringConvertible {
        let description: String
    }

    /// 0: any free port.
    var port = 0

    init(_ arguments: [String]) throws {
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            guard argument == "--port", let value = rest.popFirst(), let port = UInt16(value) else {
                throw Invalid(description: "usage: echo-server [--port PORT]")
            }
            self.port = Int(port)
        }
    }
}
