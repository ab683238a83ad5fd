// The echo server the Autobahn testsuite talks to: `echo-server --port 0` prints the port and echoes every
// message until it is killed.

import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

let port = try EchoArguments(CommandLine.arguments).port
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let server = try await EchoServer.bind(port: port, on: group)
print(server.localAddress?.port ?? 0)
// Whoever started us waits for the port; standard output to a pipe is buffered.
fflush(nil)
try await server.closeFuture.get()
