/// Every setting, with the one name it has as flag, variable and file key.
enum SettingKey: String, CaseIterable, Sendable {
    case root
    case mount
    case listen
    case upstream
    case prefer
    case importMap = "import-map"
    case resolveExtensions = "resolve-extensions"
    case allowOrigin = "allow-origin"
    case allowHost = "allow-host"
    case ignore
    case compress
    case cacheSize = "cache-size"
    case history
    case publish
    case editor
    case tlsCert = "tls-cert"
    case tlsKey = "tls-key"
    case logLevel = "log-level"
    case logFormat = "log-format"

    /// The flag, such as `--allow-origin`.
    var flag: String { "--\(rawValue)" }

    /// The variable, such as `PITLANE_ALLOW_ORIGIN`.
    var variable: String {
        "PITLANE_" + String(rawValue.uppercased().map { $0 == "-" ? "_" : $0 })
    }

    /// Whether a configuration file may hold it: a command that comes with somebody's repository is not run.
    var isAllowedInFile: Bool { self != .editor }

    /// Whether it may be given several times.
    var isList: Bool {
        switch self {
        case .mount, .listen, .resolveExtensions, .allowOrigin, .allowHost, .ignore, .publish: true
        default: false
        }
    }
}

/// The values of one setting and where they were given, for error messages.
struct SettingValue: Equatable, Sendable {
    enum Origin: Equatable, Sendable {
        case flag
        case variable
        /// The configuration file's path.
        case file(String)
    }

    var values: [String]
    var origin: Origin
}

/// The settings of one source, or of several merged.
struct Settings: Equatable, Sendable {
    private(set) var values: [SettingKey: SettingValue] = [:]

    subscript(_ key: SettingKey) -> SettingValue? {
        get { values[key] }
        set { values[key] = newValue }
    }

    /// These settings, and those of `other` that are not among them.
    func over(_ other: Settings) -> Settings {
        var merged = self
        merged.values.merge(other.values) { mine, _ in mine }
        return merged
    }

    /// Reads `PITLANE_…` variables; lists are separated by commas, empty variables count as unset.
    static func fromEnvironment(_ environment: [String: String]) -> Settings {
        var settings = Settings()
        for key in SettingKey.allCases {
            guard let text = environment[key.variable], !text.isEmpty else { continue }
            let values =
                key.isList
                ? text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
                : [text]
            settings[key] = SettingValue(values: values, origin: .variable)
        }
        return settings
    }

    /// How a person would name the place a value came from: `--root`, `PITLANE_ROOT` or `root in /x/pitlane.toml`.
    func place(of key: SettingKey) -> String {
        switch values[key]?.origin {
        case .flag, nil: key.flag
        case .variable: key.variable
        case .file(let path): "\(key.rawValue) in \(path)"
        }
    }
}
