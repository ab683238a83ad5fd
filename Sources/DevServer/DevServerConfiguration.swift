import ModuleGraph
import ModuleProtocol
import ModuleStore

/// Everything a ``DevServer`` needs to know, already merged from flags, variables and files.
package struct DevServerConfiguration: Sendable {
    /// A URL prefix that is served from a folder other than the root.
    package struct Mount: Sendable, Equatable {
        /// The URL path prefix, such as `/lib`.
        package var urlPrefix: String
        /// The folder's path, absolute or relative to the current folder.
        package var folder: String

        /// Creates a mount.
        /// - Parameters:
        ///   - urlPrefix: The URL path prefix, such as `/lib`.
        ///   - folder: The folder's path.
        package init(urlPrefix: String, folder: String) {
            self.urlPrefix = urlPrefix
            self.folder = folder
        }
    }

    /// A numeric address and port to listen on.
    package struct ListenAddress: Sendable, Equatable {
        /// An IPv4 or IPv6 address without brackets, or `localhost`.
        package var host: String
        /// The TCP port; 0 lets the system choose.
        package var port: Int

        /// Creates a listen address.
        /// - Parameters:
        ///   - host: An IPv4 or IPv6 address without brackets, or `localhost`.
        ///   - port: The TCP port; 0 lets the system choose.
        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `host:port`, with brackets around an IPv6 address.
        package var authority: String {
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// PEM files for HTTPS and WSS.
    package struct TLSFiles: Sendable, Equatable {
        /// Path of the certificate chain.
        package var certificate: String
        /// Path of the private key.
        package var key: String

        /// Creates a pair of PEM file paths.
        /// - Parameters:
        ///   - certificate: Path of the certificate chain.
        ///   - key: Path of the private key.
        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// When modules are sent compressed to a client that negotiated permessage-deflate.
    package enum Compression: String, Sendable, CaseIterable {
        /// Compressed, except to clients on the same machine, where bytes are free.
        case auto
        /// Compressed to every client that negotiated it.
        case always
        /// Never compressed; permessage-deflate is not negotiated.
        case never
    }

    /// The folder that is served.
    package var root: String
    /// URL prefixes served from other folders.
    package var mounts: [Mount]
    /// Where to listen.
    package var listen: [ListenAddress]
    /// Base URL of the dev server that is asked for what is not on disk.
    package var upstream: String?
    /// Where a module's text is looked for first.
    package var preference: SourcePreference
    /// What is tried behind a name without a file.
    package var extensionGuess: ExtensionGuess
    /// Path of an import map for every page.
    package var importMap: String?
    /// Origins admitted besides the loopback ones, such as `https://app.test:8443`.
    package var allowedOrigins: [String]
    /// Host names admitted besides the loopback ones, such as `app.test`.
    package var allowedHosts: [String]
    /// Globs of paths that are not watched.
    package var ignore: [String]
    /// When modules are sent compressed.
    package var compress: Compression
    /// Bound of the module cache in bytes.
    package var cacheBytes: Int
    /// How many events are kept for sessions that come back.
    package var historyEvents: Int
    /// Channels on which clients may publish.
    package var publishChannels: Set<ChannelName>
    /// The command that opens a file in the developer's editor; `nil`: none.
    package var editor: EditorCommand?
    /// PEM files for HTTPS and WSS; `nil` serves plain HTTP.
    package var tls: TLSFiles?
    /// Limits of the wire protocol.
    package var limits: ProtocolLimits
    /// Server name and version as `hello` and the `Server` header tell them.
    package var version: String

    /// Name and version as a client is told them.
    var serverName: String { "pitlane/\(version)" }

    /// The addresses of a server started without `--listen`.
    ///
    /// `localhost` resolves to `::1` first in many browsers, which then lose seconds when only IPv4 listens.
    package static let defaultListen = [
        ListenAddress(host: "127.0.0.1", port: 8889), ListenAddress(host: "::1", port: 8889),
    ]

    /// A channel on which clients may be let publish.
    /// - Parameter text: Its name; `nil` comes of what is no name, and of the channels that are Pitlane's own.
    package static func publishChannel(named text: String) -> ChannelName? {
        guard let name = ChannelName(text), name != .modules, name != .connections else { return nil }
        return name
    }

    /// Bound of the module cache in bytes when nothing else is said: 256 MiB.
    package static let defaultCacheBytes = 256 << 20

    /// Creates a configuration; every parameter but the root has the command line's default.
    /// - Parameters:
    ///   - root: The folder that is served.
    ///   - mounts: URL prefixes served from other folders.
    ///   - listen: Where to listen.
    ///   - upstream: Base URL of the dev server.
    ///   - preference: Where a module's text is looked for first.
    ///   - extensionGuess: What is tried behind a name without a file.
    ///   - importMap: Path of an import map for every page.
    ///   - allowedOrigins: Origins admitted besides the loopback ones.
    ///   - allowedHosts: Host names admitted besides the loopback ones.
    ///   - ignore: Globs of paths that are not watched.
    ///   - compress: When modules are sent compressed.
    ///   - cacheBytes: Bound of the module cache in bytes.
    ///   - historyEvents: How many events are kept for sessions that come back.
    ///   - publishChannels: Channels on which clients may publish.
    ///   - editor: The command that opens a file in the developer's editor.
    ///   - tls: PEM files for HTTPS and WSS.
    ///   - limits: Limits of the wire protocol.
    ///   - version: The version to announce.
    package init(
        root: String,
        mounts: [Mount] = [],
        listen: [ListenAddress] = Self.defaultListen,
        upstream: String? = nil,
        preference: SourcePreference = .disk,
        extensionGuess: ExtensionGuess = .none,
        importMap: String? = nil,
        allowedOrigins: [String] = [],
        allowedHosts: [String] = [],
        ignore: [String] = [],
        compress: Compression = .auto,
        cacheBytes: Int = Self.defaultCacheBytes,
        historyEvents: Int = ServerLimits.historyEvents,
        publishChannels: Set<ChannelName> = [.hot],
        editor: EditorCommand? = nil,
        tls: TLSFiles? = nil,
        limits: ProtocolLimits = .default,
        version: String = "0.0.0"
    ) {
        self.root = root
        self.mounts = mounts
        self.listen = listen
        self.upstream = upstream
        self.preference = preference
        self.extensionGuess = extensionGuess
        self.importMap = importMap
        self.allowedOrigins = allowedOrigins
        self.allowedHosts = allowedHosts
        self.ignore = ignore
        self.compress = compress
        self.cacheBytes = cacheBytes
        self.historyEvents = historyEvents
        self.publishChannels = publishChannels
        self.editor = editor
        self.tls = tls
        self.limits = limits
        self.version = version
    }
}

/// Why the server could not start, as one line for the person who started it.
package struct StartupError: Error, Sendable, CustomStringConvertible {
    /// What happened, where, and what to do.
    package let message: String
    /// 64 (`EX_USAGE`) for wrong input, 1 for everything else.
    package let exitCode: Int32

    /// Creates a start-up error.
    /// - Parameters:
    ///   - message: What happened, where, and what to do, in one line.
    ///   - exitCode: The process's exit code.
    package init(message: String, exitCode: Int32) {
        self.message = message
        self.exitCode = exitCode
    }

    package var description: String { message }
}
