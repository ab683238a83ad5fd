import Foundation
import Glibc

/// A program that was started and has to be waited for.
struct EditorProcess: Sendable {
    /// Why a program could not be started.
    struct Failure: Error {
        let code: Int32
        var description: String { String(cString: strerror(code)) }
    }

    private let identifier: pid_t

    /// Starts a program, found by `PATH`, without a shell.
    ///
    /// It has a process group of its own, so that it outlives us, and a Ctrl-C for us is none for it; and none of our
    /// files and connections.
    /// Blocks until the program runs: for the thread pool.
    /// - Parameter words: The program, and its arguments.
    static func start(_ words: [String]) throws(Failure) -> EditorProcess {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What we ignore or block, it does not.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0)
        }

        for descriptor in descriptorsToClose() { posix_spawn_file_actions_addclose(&files, descriptor) }

        let variables = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var identifier: pid_t = 0
        let code = withCStrings(words) { arguments in
            withCStrings(variables) { environment in
                posix_spawnp(&identifier, words[0], &files, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw Failure(code: code) }
        return EditorProcess(identifier: identifier)
    }

    /// How it ended: its exit status, or 128 plus the signal's number; `nil` while it runs.
    ///
    /// Does not block. Once it has ended it must not be asked again.
    func exitStatus() -> Int32? {
        var status: Int32 = 0
        guard waitpid(identifier, &status, WNOHANG) != 0 else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Everything that may be open: accepted connections are not closed on exec, and one more may come any moment.
    private static func descriptorsToClose() -> Range<Int32> {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let first = STDERR_FILENO + 1
        let highest = open.compactMap { Int32($0) }.max() ?? first
        // Closing what is not open is no error, unless no such descriptor can be.
        let end = min(rlim_t(highest) + rlim_t(ServerLimits.descriptorsOpenedMeanwhile), limit.rlim_cur)
        return first..<max(Int32(clamping: end), first)
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }
}
