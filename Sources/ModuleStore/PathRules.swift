/// Which names are never served, whatever else allows them.
enum PathRules {
    /// Folders with a leading dot that tools put browser modules or public files into.
    static let servedDotFolders: Set<String> = [".well-known", ".vite", ".pnpm", ".svelte-kit", ".yarn"]

    /// Names without a leading dot that hold secrets.
    private static let secretNames: Set<String> = [
        "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk", "identity",
    ]
    private static let secretExtensions: Set<String> = [
        "pem", "key", "crt", "cer", "der", "p8", "p12", "pfx", "jks", "keystore", "kdbx", "ppk", "env",
        "htpasswd",
    ]
    /// What editors and people append to a copy of a file.
    private static let copySuffixes = ["~", ".bak", ".old", ".orig", ".save", ".swp", ".tmp"]

    /// Why a path below the root or a mount is not served; `nil` when nothing speaks against it.
    /// - Parameter relativePath: Decoded, as the file system spells it.
    static func objection(to relativePath: some StringProtocol) -> String? {
        let components = relativePath.split(separator: "/")
        for (index, component) in components.enumerated() {
            if let reason = objection(toName: component, isLast: index == components.count - 1) {
                return reason
            }
        }
        return nil
    }

    /// Why a single name is not served.
    /// - Parameters:
    ///   - name: One component of a path.
    ///   - isLast: Whether it may name a file.
    static func objection(toName name: some StringProtocol, isLast: Bool) -> String? {
        if name.utf8.first == UInt8(ascii: ".") {
            if !isLast, servedDotFolders.contains(String(name)) { return nil }
            return "names that start with a dot are never served"
        }
        guard isLast else { return nil }
        // A file system that ignores case or trailing dots must not make two of one rule.
        var plain = Substring(name.lowercased())
        while true {
            if let last = plain.last, last == "." || last == " " {
                plain.removeLast()
            } else if let suffix = copySuffixes.first(where: { plain.count > $0.count && plain.hasSuffix($0) }
            ) {
                plain.removeLast(suffix.count)
            } else {
                break
            }
        }
        let reason = "keys, certificates and environment files are never served"
        if secretNames.contains(String(plain)) || plain.hasPrefix("id_rsa.") || plain.hasPrefix("id_ed25519.")
        {
            return reason
        }
        guard let dot = plain.lastIndex(of: ".") else { return nil }
        return secretExtensions.contains(String(plain[plain.index(after: dot)...])) ? reason : nil
    }
}
