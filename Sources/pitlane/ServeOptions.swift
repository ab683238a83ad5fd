import DevServer
import Foundation
import Logging
import ModuleGraph
import ModuleStore

/// How log lines look.
enum LogFormat: String, CaseIterable, Sendable {
    case text
    case json
}

/// Settings after merging, with every value checked.
struct ServeOptions: Sendable {
    var server: DevServerConfiguration
    var logLevel: Logger.Level
    var logFormat: LogFormat

    /// Checks settings and gives everything unset its default.
    /// - Parameters:
    ///   - settings: The merged settings.
    ///   - currentFolder: Absolute path that relative ones start from.
    ///   - version: Pitlane's version.
    /// - Throws: ``StartupError`` for the first value that cannot be used.
    init(_ settings: Settings, currentFolder: String, version: String) throws(StartupError) {
        let reader = SettingReader(settings: settings)
        func path(_ text: String) -> String {
            text.hasPrefix("/")
                ? text
                : URL(fileURLWithPath: currentFolder).appendingPathComponent(text).standardizedFileURL.path
        }

        server = DevServerConfiguration(root: path(reader.string(.root) ?? "."), version: version)
        try reader.requireFolder(server.root, for: .root)
        for text in reader.strings(.mount) {
            let mount = try reader.mount(text)
            server.mounts.append(.init(urlPrefix: mount.urlPrefix, folder: path(mount.folder)))
            try reader.requireFolder(path(mount.folder), for: .mount)
        }
        let listen = reader.strings(.listen)
        if !listen.isEmpty {
            var addresses: [DevServerConfiguration.ListenAddress] = []
            for text in listen { addresses.append(try reader.listenAddress(text)) }
            server.listen = addresses
        }
        if let text = reader.string(.upstream) { server.upstream = try reader.upstream(text) }
        server.preference = try reader.choice(.prefer) ?? .disk
        if server.preference == .upstream, server.upstream == nil {
            throw StartupError(
                message: "\(settings.place(of: .prefer)): there is no upstream to prefer. "
                    + "Give --upstream as well.",
                exitCode: 64)
        }
        do {
            server.extensionGuess = try ExtensionGuess(reader.strings(.resolveExtensions))
        } catch {
            throw StartupError(
                message: "\(settings.place(of: .resolveExtensions)): \(error.message)", exitCode: 64)
        }
        if let file = reader.string(.importMap) { server.importMap = try reader.importMap(path(file)) }
        for origin in reader.strings(.allowOrigin) {
            server.allowedOrigins.append(try reader.origin(origin))
        }
        for host in reader.strings(.allowHost) {
            guard Authority(host) != nil else {
                throw reader.invalid(.allowHost, host, expected: "a host name such as app.test")
            }
            server.allowedHosts.append(host)
        }
        server.ignore = reader.strings(.ignore)
        server.compress = try reader.choice(.compress) ?? .auto
        if let text = reader.string(.cacheSize) { server.cacheBytes = try reader.byteSize(text) }
        if let text = reader.string(.history) { server.historyEvents = try reader.historyEvents(text) }
        for name in reader.strings(.publish) {
            guard let channel = DevServerConfiguration.publishChannel(named: name) else {
                throw reader.invalid(
                    .publish, name,
                    expected:
                        "a name of a-z, 0-9, \":\", \"_\" and \"-\" that is not modules or connections, "
                        + "which are Pitlane's own")
            }
            server.publishChannels.insert(channel)
        }
        if let template = reader.string(.editor) {
            do throws(EditorCommand.Failure) {
                server.editor = try EditorCommand(template: template)
            } catch {
                throw StartupError(
                    message:
                        "\(settings.place(of: .editor)): \"\(template)\" cannot be used: \(error.reason). "
                        + "Give a command such as 'code -g {file}:{line}:{column}'.",
                    exitCode: 64)
            }
        }
        switch (reader.string(.tlsCert), reader.string(.tlsKey)) {
        case (let certificate?, let key?):
            server.tls = .init(certificate: path(certificate), key: path(key))
        case (nil, nil):
            break
        case (_?, nil):
            throw StartupError(message: "--tls-cert needs --tls-key as well.", exitCode: 64)
        case (nil, _?):
            throw StartupError(message: "--tls-key needs --tls-cert as well.", exitCode: 64)
        }
        logLevel = try reader.choice(.logLevel) ?? .info
        logFormat = try reader.choice(.logFormat) ?? .text
    }
}
