#if canImport(Glibc)
    import Glibc

    func makeSocket() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }

    func sendBytes(_ socket: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        send(socket, bytes, count, Int32(MSG_NOSIGNAL))
    }
#else
    import Darwin

    func makeSocket() -> Int32 { socket(AF_INET, SOCK_STREAM, 0) }

    func sendBytes(_ socket: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        send(socket, bytes, count, 0)
    }
#endif
