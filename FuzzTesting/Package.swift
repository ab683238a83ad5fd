// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A package of its own, so that nobody who builds Pitlane builds this.
///
/// `scripts/fuzz.sh` builds the fuzz target with the sanitizers and runs it; `scripts/lexer-differential.sh` builds and runs `lexer-json`.
let package = Package(
    name: "pitlane-fuzz-testing",
    platforms: [.macOS(.v15)],
    targets: [
        // A link to the one in Pitlane's own package: the lexer is no product.
        .target(name: "ModuleLexer", swiftSettings: strict),
        .systemLibrary(name: "CLibFuzzer"),
        .executableTarget(
            name: "fuzz-module-lexer", dependencies: ["ModuleLexer", "CLibFuzzer"],
            swiftSettings: strict),
        // What the lexer finds, as JSON lines, for the comparison with another lexer.
        .executableTarget(name: "lexer-json", dependencies: ["ModuleLexer"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
