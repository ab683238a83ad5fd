// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The browser client's files; `ClientScript` assembles them in its own order.
let clientFiles = [
    "events.js", "connection.js", "pack.js", "cache.js", "record.js", "paths.js", "runtime.js",
    "importmaps.js", "page.js", "linker.js", "mapper.js", "graph.js", "kept.js", "linked.js", "fetcher.js",
    "codeframe.js", "overlay.js", "badge.js", "progress.js", "styles.js", "assets.js", "worker.js",
    "running.js", "renewal.js", "reporting.js", "ahead.js", "versions.js", "hot.js", "delta.js", "probe.js",
    "problems.js", "waiting.js", "updates.js", "texts.js", "reload.js", "loader.js", "start.js",
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioConcurrencyHelpers: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "pitlane",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "pitlane", targets: ["pitlane"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // System libraries: headers and small typed shims, no logic.
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Leaves: they import nothing of ours.
        .target(name: "ModuleProtocol", swiftSettings: strict),
        .target(name: "ModuleLexer", swiftSettings: strict),
        .target(name: "ModuleGraph", dependencies: ["ModuleProtocol"], swiftSettings: strict),
        .target(name: "ModuleLinker", dependencies: ["ModuleProtocol", nioCore], swiftSettings: strict),
        .target(name: "FileWatcher", dependencies: [logging], swiftSettings: strict),
        .target(name: "Upstream", dependencies: ["CCurl", logging], swiftSettings: strict),
        .target(
            name: "WebSocketDeflate", dependencies: ["CZlib", nioCore], swiftSettings: strict),

        .target(
            name: "ModuleStore",
            dependencies: [
                "ModuleProtocol", "ModuleLexer", "ModuleGraph", "ModuleLinker", "Upstream",
                "WebSocketDeflate", "COpenSSL", nioCore, nioPosix, nioConcurrencyHelpers, logging,
            ],
            swiftSettings: strict),
        .target(
            name: "DevServer",
            dependencies: [
                "ModuleProtocol", "ModuleGraph", "ModuleLinker", "ModuleStore", "FileWatcher", "Upstream",
                "WebSocketDeflate", "CMalloc", nioCore, nioPosix, nioHTTP1, nioWebSocket,
                nioConcurrencyHelpers, logging,
                .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: clientFiles.map { .embedInCode("Client/\($0)") } + [
                .embedInCode("Dashboard/dashboard.html")
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "pitlane",
            dependencies: [
                "DevServer", "ModuleGraph", "ModuleStore", logging, "Yams", "TOMLKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // The echo server the Autobahn suite talks to; not a product.
        .executableTarget(
            name: "echo-server",
            dependencies: ["WebSocketDeflate", nioCore, nioPosix, nioHTTP1, nioWebSocket],
            path: "Tests/EchoServer", swiftSettings: strict),

        .testTarget(name: "ModuleProtocolTests", dependencies: ["ModuleProtocol"], swiftSettings: strict),
        .testTarget(name: "ModuleLexerTests", dependencies: ["ModuleLexer"], swiftSettings: strict),
        .testTarget(
            name: "ModuleGraphTests", dependencies: ["ModuleGraph", "ModuleProtocol"], swiftSettings: strict),
        .testTarget(
            name: "ModuleLinkerTests", dependencies: ["ModuleLinker", "ModuleProtocol", nioCore],
            swiftSettings: strict),
        .testTarget(name: "FileWatcherTests", dependencies: ["FileWatcher"], swiftSettings: strict),
        .testTarget(
            name: "UpstreamTests", dependencies: ["Upstream", nioCore, nioPosix], swiftSettings: strict),
        .testTarget(
            name: "WebSocketDeflateTests",
            dependencies: ["WebSocketDeflate", "CZlib", nioCore, nioEmbedded, nioWebSocket],
            swiftSettings: strict),
        .testTarget(
            name: "ModuleStoreTests",
            dependencies: [
                "ModuleStore", "ModuleProtocol", "WebSocketDeflate", nioCore, nioPosix, nioConcurrencyHelpers,
                logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DevServerTests",
            dependencies: ["DevServer", nioCore, nioEmbedded, nioHTTP1, nioWebSocket],
            swiftSettings: strict),
        .testTarget(name: "pitlaneTests", dependencies: ["pitlane"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
