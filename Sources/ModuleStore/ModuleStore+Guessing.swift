import ModuleGraph
import ModuleProtocol

/// The file behind a path.
enum LocatedFile: Sendable, Equatable {
    /// A file's real path, and the path that names it: another than was asked for when an extension was guessed.
    case file(String, ModulePath)
    case folder
    case missing
}

extension ModuleStore {
    /// Finds the file of a path; when there is none, tries the configured extensions in their order.
    ///
    /// Asks the file system: not for event loops.
    /// - Throws: ``ModuleError`` with ``ErrorCode/forbidden``.
    func locate(_ path: ModulePath) throws(ModuleError) -> LocatedFile {
        let outcome = try authoriser.authorise(path)
        if case .file(let canonical) = outcome { return .file(canonical, path) }
        for guess in configuration.extensionGuess.candidates(for: path) {
            if case .file(let canonical) = try authoriser.authorise(guess) { return .file(canonical, guess) }
        }
        if case .folder = outcome { return .folder }
        return .missing
    }

    /// The paths that are guessed to be this file's when they have no file of their own.
    func guessedPaths(of path: ModulePath) -> [ModulePath] {
        configuration.extensionGuess.endings.flatMap { suffix -> [ModulePath] in
            guard path.filePath.hasSuffix(suffix) else { return [] }
            let stem = String(path.filePath.dropLast(suffix.count))
            let folder = suffix.hasPrefix("/") ? ModulePath(filePath: stem + "/") : nil
            return [ModulePath(filePath: stem), folder].compactMap(\.self)
        }
    }
}
