import ModuleProtocol

/// The bounds of what resolution accepts.
package enum ResolutionLimits {
    /// Bytes of one import map's text; a longer one is an error.
    package static let importMapBytes = 1 << 20
    /// Rules of one import map, all scopes counted; more are an error.
    package static let importMapRules = 20_000
    /// Bytes of a specifier that is looked up and resolved; a longer one names no module of this site.
    package static let specifierBytes = ProtocolLimits.pathBytes
    /// Elements of SVG and MathML that are open at once; deeper ones do not count.
    package static let foreignElements = 256
    /// Endings in one `--resolve-extensions` list.
    package static let extensionGuesses = 16
    /// Bytes of a text that a message repeats; the rest is cut off.
    package static let shownBytes = 100
}
