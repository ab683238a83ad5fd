/// What is never worth a watch or a report unless a page has loaded it; `.gitignore` syntax.
enum DefaultIgnores {
    static let patterns: [String] =
        versionControl + packages + caches + editors + operatingSystem

    private static let versionControl = [".git", ".hg", ".svn", ".jj", ".bzr", "CVS"]

    private static let packages = [
        "node_modules", "bower_components", "jspm_packages", ".yarn", ".pnpm-store", ".venv",
    ]

    private static let caches = [
        ".cache", "__pycache__", ".vite", ".parcel-cache", ".turbo", ".next", ".nuxt", ".svelte-kit",
        ".angular", ".nyc_output", ".sass-cache", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox",
        ".gradle", ".build*", ".eslintcache", ".stylelintcache", "*.tsbuildinfo",
    ]

    private static let editors = [
        // vim: swap files, the probe for a writable folder, backups.
        ".*.sw[a-p]", "*.swp", "*.swo", "*.swx", "4913", "*~",
        // emacs: auto-save and lock files.
        "\\#*#", ".\\#*",
        // JetBrains' safe write, kate, gedit, LibreOffice and what names its temporaries plainly.
        "*___jb_tmp___", "*___jb_old___", ".*.kate-swp", ".goutputstream-*", ".~lock.*#", "*.tmp", "*.temp",
        ".idea", ".vscode", ".vs",
    ]

    private static let operatingSystem = [
        ".DS_Store", "Thumbs.db", "desktop.ini", ".Spotlight-V100", ".Trash*", ".fuse_hidden*", ".nfs*",
    ]
}
