import ArgumentParser
import DevServer
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// The command line.
@main
struct Pitlane: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "pitlane",
        abstract: "Serves ES modules over one WebSocket, beside Caddy and your dev server.",
        usage: "pitlane [serve] [<options>]",
        discussion: """
            Without options it serves the current folder at http://localhost:8889. Every option can also be set by \
            the variable named with it, or by its name in a pitlane.toml, .json or .yaml in the current folder or \
            one above it. An option wins over a variable, a variable over the file. Lists in variables are separated \
            by commas.
            """,
        version: version)

    @Option(
        help: ArgumentHelp("Folder to serve. (default: the current folder; PITLANE_ROOT)", valueName: "dir"))
    var root: String?

    @Option(
        help: ArgumentHelp(
            "Serve a URL prefix from another folder; may be repeated. (default: none; PITLANE_MOUNT)",
            valueName: "prefix=dir"))
    var mount: [String] = []

    @Option(
        help: ArgumentHelp(
            "Address to listen on; may be repeated; port 0 picks a free one. (default: 127.0.0.1:8889 and [::1]:8889; PITLANE_LISTEN)",
            valueName: "addr:port"))
    var listen: [String] = []

    @Option(
        help: ArgumentHelp(
            "Dev server that has what is not on disk. (default: none; PITLANE_UPSTREAM)", valueName: "url"))
    var upstream: String?

    @Option(
        help: ArgumentHelp(
            "Where a module's text is looked for first: disk, or upstream, which compiles. (default: disk; PITLANE_PREFER)",
            valueName: "source"))
    var prefer: String?

    @Option(
        help: ArgumentHelp(
            "Import map (JSON) for every page, after the page's own. (default: none; PITLANE_IMPORT_MAP)",
            valueName: "file"))
    var importMap: String?

    @Option(
        help: ArgumentHelp(
            "Try this ending, such as .js or /index.js, behind a name without a file; may be repeated. (default: none; PITLANE_RESOLVE_EXTENSIONS)",
            valueName: "ending"))
    var resolveExtensions: [String] = []

    @Option(
        help: ArgumentHelp(
            "Admit pages of this origin besides those on localhost; may be repeated. (default: none; PITLANE_ALLOW_ORIGIN)",
            valueName: "origin"))
    var allowOrigin: [String] = []

    @Option(
        help: ArgumentHelp(
            "Answer for this host name besides localhost; may be repeated. (default: none; PITLANE_ALLOW_HOST)",
            valueName: "host"))
    var allowHost: [String] = []

    @Option(
        help: ArgumentHelp(
            "Do not watch what this .gitignore pattern matches; may be repeated. (default: none; PITLANE_IGNORE)",
            valueName: "glob"))
    var ignore: [String] = []

    @Option(
        help: ArgumentHelp(
            "Compress modules: auto (not to this machine), always, never. (default: auto; PITLANE_COMPRESS)",
            valueName: "when"))
    var compress: String?

    @Option(
        help: ArgumentHelp("Memory for modules. (default: 256MB; PITLANE_CACHE_SIZE)", valueName: "size"))
    var cacheSize: String?

    @Option(
        help: ArgumentHelp(
            "Events kept for pages that were away; at most 16MB of them. (default: 1000; PITLANE_HISTORY)",
            valueName: "count"))
    var history: String?

    @Option(
        help: ArgumentHelp(
            "Let pages publish on this channel besides hot; may be repeated. (default: none; PITLANE_PUBLISH)",
            valueName: "channel"))
    var publish: [String] = []

    @Option(
        help: ArgumentHelp(
            "Command that opens a file in your editor, such as 'code -g {file}:{line}:{column}'. (default: none; PITLANE_EDITOR)",
            valueName: "command"))
    var editor: String?

    @Option(
        help: ArgumentHelp(
            "Certificate chain (PEM) to serve https and wss with. (default: none; PITLANE_TLS_CERT)",
            valueName: "file"))
    var tlsCert: String?

    @Option(
        help: ArgumentHelp(
            "Private key (PEM) of the certificate. (default: none; PITLANE_TLS_KEY)", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical. (default: info; PITLANE_LOG_LEVEL)",
            valueName: "level"))
    var logLevel: String?

    @Option(
        help: ArgumentHelp(
            "Log lines as text or json. (default: text; PITLANE_LOG_FORMAT)", valueName: "format"))
    var logFormat: String?

    /// The flags as settings; what was not given is left out.
    var settings: Settings {
        var settings = Settings()
        func set(_ key: SettingKey, _ values: [String]) {
            if !values.isEmpty { settings[key] = SettingValue(values: values, origin: .flag) }
        }
        set(.root, [root].compactMap(\.self))
        set(.mount, mount)
        set(.listen, listen)
        set(.upstream, [upstream].compactMap(\.self))
        set(.prefer, [prefer].compactMap(\.self))
        set(.importMap, [importMap].compactMap(\.self))
        set(.resolveExtensions, resolveExtensions)
        set(.allowOrigin, allowOrigin)
        set(.allowHost, allowHost)
        set(.ignore, ignore)
        set(.compress, [compress].compactMap(\.self))
        set(.cacheSize, [cacheSize].compactMap(\.self))
        set(.history, [history].compactMap(\.self))
        set(.publish, publish)
        set(.editor, [editor].compactMap(\.self))
        set(.tlsCert, [tlsCert].compactMap(\.self))
        set(.tlsKey, [tlsKey].compactMap(\.self))
        set(.logLevel, [logLevel].compactMap(\.self))
        set(.logFormat, [logFormat].compactMap(\.self))
        return settings
    }

    /// Accepts `pitlane serve …` like `pitlane …`.
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        do {
            let command = try parse(Array(arguments.first == "serve" ? arguments.dropFirst() : arguments))
            do { try await command.run() } catch { exit(withError: error) }
        } catch {
            // Help and version are errors to the parser as well, with an exit code of 0.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            StandardStream.error.write("pitlane: error: \(usageError(error))\n")
            Foundation.exit(ExitCode.validationFailure.rawValue)
        }
    }

    /// The parser's message as one line that says where to read on.
    static func usageError(_ error: any Error) -> String {
        var text = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
        if !text.hasSuffix(".") { text += "." }
        return text + " See 'pitlane --help'."
    }

    func run() async throws {
        do {
            try await serve()
        } catch let error as StartupError {
            StandardStream.error.write("pitlane: error: \(error.message)\n")
            throw ExitCode(error.exitCode)
        }
    }

    private func serve() async throws {
        let currentFolder = FileManager.default.currentDirectoryPath
        guard !currentFolder.isEmpty else {
            throw StartupError(
                message: "The current folder has been removed. Start Pitlane in one that exists.",
                exitCode: 1)
        }
        let file = try ConfigurationFile.find(from: currentFolder)
        let fileSettings = try file.map { path throws(StartupError) in try ConfigurationFile.read(path) }
        let merged = settings.over(.fromEnvironment(ProcessInfo.processInfo.environment))
            .over(fileSettings ?? Settings())
        let options = try ServeOptions(merged, currentFolder: currentFolder, version: Self.version)

        let logger = Logger(label: "pitlane") { _ in
            LineLogHandler(format: options.logFormat, level: options.logLevel)
        }
        let server = DevServer(configuration: options.server, logger: logger) { urls in
            let banner = Banner.text(urls: urls, configuration: options.server)
            StandardStream.output.write(banner)
        }
        // The service group's own messages are about its work, not the user's.
        let quiet = Logger(label: "lifecycle") { _ in
            LineLogHandler(format: options.logFormat, level: max(options.logLevel, .error))
        }
        var group = ServiceGroupConfiguration(
            services: [
                .init(
                    service: server, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        group.maximumGracefulShutdownDuration = .seconds(4)
        try await ServiceGroup(configuration: group).run()
    }
}
