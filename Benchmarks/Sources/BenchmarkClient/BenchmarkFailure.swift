#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a measurement cannot be trusted or made.
public struct BenchmarkFailure: Error, CustomStringConvertible {
    /// One line for people.
    public let description: String

    /// Creates a failure from its text.
    public init(_ description: String) { self.description = description }

    /// Creates a failure from its text and the last error of a system call.
    public static func system(_ what: String) -> BenchmarkFailure {
        BenchmarkFailure("\(what): \(String(cString: strerror(errno)))")
    }
}
