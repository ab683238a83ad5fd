import CLibFuzzer
import Foundation
import ModuleLexer

/// What libFuzzer calls with each input: the input and some of its prefixes must keep every invariant.
///
/// Reads past the end are the address sanitizer's to find, inputs that take too long libFuzzer's (`-timeout`).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzModuleLexer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let whole = UnsafeRawBufferPointer(start: start, count: count)
    // The buffer itself, not a copy: behind it is memory that must not be read.
    _ = try? ModuleLexer.lex(whole)
    // Prefixes that end in the middle of something: all of a short input, a few of a long one.
    for length in stride(from: count, through: 0, by: -max(1, count / 16)) {
        let violations = LexerInvariants.violations(of: Array(whole[..<length]))
        if !violations.isEmpty {
            fatalError("prefix of \(length) bytes: \(violations.joined(separator: "; "))")
        }
    }
    return 0
}

/// Runs libFuzzer, whose own main the package manager's choice of an entry point hides.
@main struct Fuzzer {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(LLVMFuzzerRunDriver(&count, &arguments, fuzzModuleLexer))
    }
}
