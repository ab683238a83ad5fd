import Foundation
import ModuleProtocol
import Testing

@testable import ModuleStore

@Suite("The path authoriser")
struct PathAuthoriserTests {
    /// `site` is the root, `shared` is mounted at /lib/shared, everything else is out of bounds.
    private struct Site {
        let folder: TemporaryFolder
        let authoriser: PathAuthoriser

        init() throws {
            folder = try TemporaryFolder()
            for name in [
                "site/a.mjs", "site/lib/a.mjs", "site/lib/shared/hidden.mjs", "site/deep/er/a.mjs",
                "site/index.html",
                "site/.env", "site/.env.local", "site/.git/config", "site/lib/.secret", "site/server.key",
                "site/cert.PEM", "site/id_rsa", "site/id_ed25519.pub", "site/prod.env", "site/server.key~",
                "site/server.pem.bak", "site/.well-known/x.json", "site/node_modules/.vite/deps/lit.js",
                "site/node_modules/.pnpm/lit@3/node_modules/lit/index.js", "site/monkey.mjs", "site/key.mjs",
                "site/environment.mjs", "site/%2e%2e/a.mjs", "site/x.env.mjs", "site/.vite", "site/Makefile",
                "site-secrets/a.mjs", "shared/a.mjs", "shared/.env", "shared-secrets/a.mjs", "outside/a.mjs",
            ] {
                try folder.write(name, name)
            }
            try folder.link("site/to-file", to: "../outside/a.mjs")
            try folder.link("site/to-folder", to: "../outside")
            try folder.link("site/to-sibling", to: "../site-secrets/a.mjs")
            try folder.link("site/to-mount", to: "../shared/a.mjs")
            try folder.link("site/to-own.mjs", to: "lib/a.mjs")
            try folder.link("site/to-own-folder", to: "lib")
            try folder.link("site/to-env.mjs", to: ".env")
            try folder.link("site/to-key.mjs", to: "server.key")
            try folder.link("site/to-git", to: ".git")
            try folder.link("site/absolute.mjs", to: folder.path + "/site/a.mjs")
            try folder.link("site/dangling.mjs", to: "nowhere.mjs")
            try folder.link("site/circle", to: "circle")
            try folder.link("site/to-etc", to: "/etc")
            try folder.link("site/chain", to: "to-folder/a.mjs")
            try folder.link("shared/back", to: "../site/a.mjs")
            try folder.link("shared/out", to: "../outside/a.mjs")
            try folder.link("root-link", to: "site")
            mkfifo(folder.path + "/site/pipe.mjs", 0o600)
            authoriser = try PathAuthoriser(
                root: folder.path + "/root-link",
                mounts: [("/lib/shared", folder.path + "/shared"), ("deep", folder.path + "/site/lib")])
        }

        func outcome(_ raw: String) throws -> PathAuthoriser.Outcome {
            try authoriser.authorise(try ModulePath(parsing: raw))
        }
    }

    @Test("finds files below the root and the mounts")
    func admits() throws {
        let site = try Site()
        for (raw, file) in [
            ("a.mjs", "site/a.mjs"), ("/lib/a.mjs", "site/lib/a.mjs"), ("a.mjs?raw", "site/a.mjs"),
            ("a.mjs?import&raw??", "site/a.mjs"), ("lib/x/../a.mjs", "site/lib/a.mjs"),
            ("lib/shared/a.mjs", "shared/a.mjs"), ("deep/a.mjs", "site/lib/a.mjs"),
            ("to-own.mjs", "site/lib/a.mjs"),
            ("to-own-folder/a.mjs", "site/lib/a.mjs"), ("absolute.mjs", "site/a.mjs"),
            ("to-mount", "shared/a.mjs"),
            ("lib/shared/back", "site/a.mjs"), (".well-known/x.json", "site/.well-known/x.json"),
            ("node_modules/.vite/deps/lit.js", "site/node_modules/.vite/deps/lit.js"),
            (
                "node_modules/.pnpm/lit@3/node_modules/lit/index.js",
                "site/node_modules/.pnpm/lit@3/node_modules/lit/index.js"
            ),
            ("monkey.mjs", "site/monkey.mjs"), ("key.mjs", "site/key.mjs"),
            ("environment.mjs", "site/environment.mjs"), ("%252e%252e/a.mjs", "site/%2e%2e/a.mjs"),
            ("x.env.mjs", "site/x.env.mjs"), ("Makefile", "site/Makefile"),
        ] {
            #expect(try site.outcome(raw) == .file(site.folder.path + "/" + file), "\(raw)")
        }
    }

    @Test("finds folders, and nothing where there is nothing")
    func foldersAndGaps() throws {
        let site = try Site()
        let root = site.folder.path
        #expect(try site.outcome("") == .folder(root + "/site"))
        #expect(try site.outcome("lib") == .folder(root + "/site/lib"))
        #expect(try site.outcome("lib/") == .folder(root + "/site/lib"))
        #expect(try site.outcome("lib/shared/") == .folder(root + "/shared"))
        #expect(try site.outcome("deep/") == .folder(root + "/site/lib"))
        for raw in [
            "nothing.mjs", "a.mjs/", "a.mjs/b.mjs", "dangling.mjs", "lib/shared/hidden.mjs", "deep/er/a.mjs",
            "A.MJS",
            "lib/sharedx/a.mjs", String(repeating: "x", count: 300), "a.mjs.",
            String(repeating: "xxxxxxxxx/", count: 400),
        ] {
            #expect(try site.outcome(raw) == .missing, "\(raw)")
        }
    }

    @Test("forbids what leads out, what hides and what holds secrets")
    func forbids() throws {
        let site = try Site()
        for raw in [
            "to-file", "to-folder/a.mjs", "to-folder/", "to-folder", "to-folder/nothing.mjs",
            "to-folder/no/where",
            "to-sibling", "to-etc/passwd", "to-etc/nothing", "chain", "circle", "lib/shared/out",
            ".env", ".env?raw", ".env?raw??", ".env?import&raw", ".env/", ".env/.", ".env.local",
            ".git/config", ".git/",
            ".git/nothing", "lib/.secret", "lib/.nothing", "server.key", "SERVER.KEY", "cert.PEM", "cert.pem",
            "id_rsa",
            "id_ed25519.pub", "prod.env", "server.key~", "server.pem.bak", "server.pem.", "server.key%20",
            "nothing.pem",
            "lib/shared/.env", "to-env.mjs", "to-key.mjs", "to-git/config", ".vite", "...", ".../a.mjs",
            "pipe.mjs",
        ] {
            let error = #expect(throws: ModuleError.self, "\(raw)") { try site.outcome(raw) }
            #expect(error?.code == .forbidden, "\(raw)")
            #expect(error?.message.contains(site.folder.path) == false, "\(raw)")
            #expect(error?.message.contains("outside") == false, "\(raw)")
        }
    }

    @Test("forbids what the user may not read")
    func permissions() throws {
        guard geteuid() != 0 else { return }
        let folder = try TemporaryFolder()
        try folder.write("closed/a.mjs", "1")
        chmod(folder.path + "/closed", 0)
        defer { chmod(folder.path + "/closed", 0o700) }
        let authoriser = try PathAuthoriser(root: folder.path)
        let error = #expect(throws: ModuleError.self) {
            try authoriser.authorise(try ModulePath(parsing: "closed/a.mjs"))
        }
        #expect(error?.code == .forbidden)
    }

    @Test("serves a folder whose own path is hidden")
    func hiddenRoot() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(".work/site/a.mjs", "1")
        let authoriser = try PathAuthoriser(root: folder.path + "/.work/site/")
        #expect(try authoriser.authorise(try ModulePath(parsing: "a.mjs")) == .file(file))
    }

    @Test("serves the whole disk when told so, secrets excepted")
    func wholeDisk() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.mjs", "1")
        try folder.write(".env", "1")
        let authoriser = try PathAuthoriser(root: "/")
        #expect(try authoriser.authorise(try ModulePath(parsing: file)) == .file(file))
        #expect(throws: ModuleError.self) {
            try authoriser.authorise(try ModulePath(parsing: folder.path + "/.env"))
        }
        #expect(authoriser.modulePaths(ofCanonicalPath: file).map(\.string) == [String(file.dropFirst())])
    }

    @Test("knows under which paths a file is served")
    func reverse() throws {
        let site = try Site()
        func paths(_ name: String) -> [String] {
            site.authoriser.modulePaths(ofCanonicalPath: site.folder.path + "/" + name).map(\.string).sorted()
        }
        #expect(paths("site/a.mjs") == ["a.mjs"])
        #expect(paths("site/lib/a.mjs") == ["deep/a.mjs", "lib/a.mjs"])
        #expect(paths("shared/a.mjs") == ["lib/shared/a.mjs"])
        #expect(paths("site/lib/shared/hidden.mjs") == ["deep/shared/hidden.mjs"])
        #expect(paths("site/deep/er/a.mjs") == [])
        #expect(paths("site/.env") == [])
        #expect(paths("site/server.key") == [])
        #expect(paths("site-secrets/a.mjs") == [])
        #expect(paths("outside/a.mjs") == [])
        #expect(paths("site") == [])
    }

    @Test("says what is wrong with a root or a mount")
    func setup() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "1")
        for (root, mounts) in [
            (folder.path + "/none", []), (folder.path + "/file", []), ("", []),
            (folder.path, [("/x", folder.path + "/none")]), (folder.path, [("/x?y", folder.path)]),
            (folder.path, [("/..", folder.path)]), (folder.path, [("x", folder.path), ("/x/", folder.path)]),
        ] as [(String, [(urlPrefix: String, folder: String)])] {
            let error = #expect(throws: StoreSetupError.self) {
                try PathAuthoriser(root: root, mounts: mounts)
            }
            #expect(error?.message.isEmpty == false)
        }
    }
}
