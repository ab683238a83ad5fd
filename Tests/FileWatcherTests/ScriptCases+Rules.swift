extension WatchScript {
    static let links = [
        WatchScript(
            name: "a linked folder is told by its canonical path",
            given: "mkdir ../out/lib\nwrite ../out/lib/a.js\nln ../out/lib lib",
            steps: "write ../out/lib/a.js\nexpect modified ../out/lib/a.js"),
        WatchScript(
            name: "a link to a folder made later", given: "mkdir ../out/lib\nwrite ../out/lib/a.js",
            steps: """
                ln ../out/lib lib
                expect created lib/
                expect created ../out/lib/a.js
                write ../out/lib/b.js
                expect created ../out/lib/b.js
                rm lib
                expect removed lib/
                write ../out/lib/a.js
                expect nothing
                """),
        WatchScript(
            name: "a link that is made to lead elsewhere",
            given:
                "mkdir ../out/v1\nmkdir ../out/v2\nwrite ../out/v1/a.js\nwrite ../out/v2/a.js\nln ../out/v1 current",
            steps: """
                ln ../out/v2 next
                mv next current
                expect modified current/
                expect created ../out/v2/a.js
                maybe created next/
                write ../out/v1/a.js
                expect nothing
                write ../out/v2/a.js
                expect modified ../out/v2/a.js
                """),
        WatchScript(
            name: "a link to the folder above it", given: "mkdir d\nwrite d/a.js\nln .. d/up\nln . d/self",
            steps: "write d/a.js\nexpect modified d/a.js\nwrite ../out/x\nexpect nothing"),
        WatchScript(
            name: "two folders that link to each other",
            given:
                "mkdir ../out/m\nmkdir d\nln ../../tree/d ../out/m/back\nln ../../out/m d/there\nwrite ../out/m/a.js",
            steps: "write ../out/m/a.js\nexpect modified ../out/m/a.js\nwrite d/b.js\nexpect created d/b.js"),
        WatchScript(
            name: "a link into the root itself tells once", given: "mkdir d\nwrite d/a.js\nln d e",
            steps: "write d/a.js\nexpect modified d/a.js"),
        WatchScript(
            name: "a link to a package that is ignored",
            given: "mkdir node_modules/p\nwrite node_modules/p/a.js\nln node_modules/p p",
            steps: "write node_modules/p/a.js\nexpect modified node_modules/p/a.js"),
        WatchScript(
            name: "a link that leads nowhere", steps: "ln ../out/none x\nwrite a.js\nexpect created a.js"),
    ]

    static let ignoring = [
        WatchScript(
            name: "what is ignored by default",
            given: "mkdir .git/refs\nmkdir node_modules/p\nmkdir a/__pycache__\nmkdir .vite/deps",
            steps: """
                write .git/index
                write .git/refs/x
                write node_modules/p/index.js
                write a/__pycache__/x.pyc
                write .vite/deps/x.js
                write .DS_Store
                mkdir a/node_modules
                write a/node_modules/x.js
                write b.js
                expect created b.js
                """),
        WatchScript(
            name: "globs", globs: ["*.gen.js", "/build", "!.cache"],
            given: "mkdir build\nmkdir a/build\nmkdir .cache",
            steps: """
                write x.gen.js
                write build/a.js
                write a/build/b.js
                write .cache/c.js
                expect created a/build/b.js
                expect created .cache/c.js
                """),
        WatchScript(
            name: ".gitignore files, nested, with negation",
            given: """
                write .gitignore *.log\\n/dist/\\n!keep.log
                mkdir dist
                mkdir sub/dist
                write sub/.gitignore *.css\\n!main.css\\n/local.js
                """,
            steps: """
                write a.log
                write keep.log
                write dist/a.js
                write sub/dist/a.js
                write sub/a.css
                write sub/main.css
                write a.css
                write sub/local.js
                write sub/dist/local.js
                expect created keep.log
                expect created sub/dist/a.js
                expect created sub/main.css
                expect created a.css
                expect created sub/dist/local.js
                """),
        WatchScript(
            name: "a .gitignore that changes", given: "write .gitignore /gen\nmkdir gen/deep\nmkdir src",
            steps: """
                write gen/deep/a.js
                expect nothing
                write .gitignore /src
                expect modified .gitignore
                write gen/deep/a.js
                write gen/deep/b.js
                write src/c.js
                expect modified gen/deep/a.js
                expect created gen/deep/b.js
                rm .gitignore
                expect removed .gitignore
                write src/d.js
                expect created src/d.js
                """),
        WatchScript(
            name: "a .gitignore in a folder above the root does not count", given: "write ../.gitignore *.js",
            steps: "write a.js\nexpect created a.js"),
    ]

    static let pinned = [
        WatchScript(
            name: "a loaded file that is ignored",
            given: "mkdir node_modules/p\nwrite node_modules/p/a.js\nwrite node_modules/p/b.js",
            steps: """
                pin node_modules/p/a.js
                write node_modules/p/a.js
                write node_modules/p/b.js
                expect modified node_modules/p/a.js
                """),
        WatchScript(
            name: "a loaded file outside", given: "write ../out/a.js\nwrite ../out/b.js",
            steps: "pin ../out/a.js\nwrite ../out/a.js\nwrite ../out/b.js\nexpect modified ../out/a.js"),
        WatchScript(
            name: "a loaded file that a pattern ignores", globs: ["*.gen.js"],
            given: "write a.gen.js\nwrite b.gen.js",
            steps: "pin a.gen.js\nwrite a.gen.js\nwrite b.gen.js\nexpect modified a.gen.js"),
        WatchScript(
            name: "a loaded file whose folder is made anew", given: "mkdir .vite/deps\nwrite .vite/deps/a.js",
            steps: """
                pin .vite/deps/a.js
                rm .vite/deps
                expect removed .vite/deps/a.js
                mkdir .vite/deps
                write .vite/deps/a.js
                expect created .vite/deps/a.js
                write .vite/deps/a.js
                expect modified .vite/deps/a.js
                """),
        WatchScript(
            name: "a loaded file whose folder is replaced by rename",
            given:
                "mkdir .vite/deps\nwrite .vite/deps/a.js\nmkdir .vite/deps_temp\nwrite .vite/deps_temp/a.js",
            steps: """
                pin .vite/deps/a.js
                mv .vite/deps ../out/deps
                expect removed .vite/deps/a.js
                mv .vite/deps_temp .vite/deps
                expect created .vite/deps/a.js
                write .vite/deps/a.js
                expect modified .vite/deps/a.js
                """),
        WatchScript(
            name: "a loaded file in a folder moved away from above",
            given: "mkdir node_modules/p/lib\nwrite node_modules/p/lib/a.js",
            steps: """
                pin node_modules/p/lib/a.js
                mv node_modules ../out/nm
                expect removed node_modules/p/lib/a.js
                mv ../out/nm node_modules
                expect created node_modules/p/lib/a.js
                write node_modules/p/lib/a.js
                expect modified node_modules/p/lib/a.js
                """),
    ]

    static let rootFolder = [
        WatchScript(
            name: "a root called node_modules", root: "node_modules", given: "mkdir p\nwrite p/a.js",
            steps: "write p/a.js\nexpect modified p/a.js"),
        WatchScript(
            name: "a root that its parent's .gitignore names", root: "dist",
            given: "write ../.gitignore dist/",
            steps: "write a.js\nexpect created a.js"),
        WatchScript(name: "a root called .git", root: ".git", steps: "write a.js\nexpect created a.js"),
        WatchScript(
            name: "a root that vanishes and comes back", given: "write a.js",
            steps: """
                rm .
                expect rescan vanished
                mkdir d
                expect rescan again
                write d/a.js
                expect created d/a.js
                """),
        WatchScript(
            name: "a root replaced by rename", given: "write a.js\nmkdir ../out/new\nwrite ../out/new/a.js",
            steps: """
                mv . ../out/old
                mv ../out/new .
                expect rescan again
                write a.js
                expect modified a.js
                """),
    ]
}
