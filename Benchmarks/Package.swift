// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A package of its own, so that nobody who builds Pitlane builds this.
let package = Package(
    name: "pitlane-benchmarks",
    platforms: [.macOS(.v15)],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "BenchmarkClient", dependencies: ["COpenSSL", "CZlib"], swiftSettings: strict),
        .executableTarget(
            name: "modules-per-second", dependencies: ["BenchmarkClient"], swiftSettings: strict),
        .executableTarget(name: "save-latency", dependencies: ["BenchmarkClient"], swiftSettings: strict),
        // A link to the one in Pitlane's own package: the lexer is no product.
        .target(name: "ModuleLexer", swiftSettings: strict),
        .executableTarget(
            name: "module-lexer", dependencies: ["BenchmarkClient", "ModuleLexer"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
