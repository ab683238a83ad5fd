import Testing

@Suite struct ScriptTests {
    @Test(arguments: WatchScript.files + WatchScript.editors) func files(_ script: WatchScript) throws {
        try script.run()
    }

    @Test(arguments: WatchScript.folders + WatchScript.links) func folders(_ script: WatchScript) throws {
        try script.run()
    }

    @Test(arguments: WatchScript.ignoring + WatchScript.pinned) func ignoring(_ script: WatchScript) throws {
        try script.run()
    }

    @Test(arguments: WatchScript.rootFolder) func rootFolder(_ script: WatchScript) throws {
        try script.run()
    }
}

extension WatchScript {
    static let files = [
        WatchScript(name: "a new file", steps: "write a.js\nexpect created a.js"),
        WatchScript(name: "a save in place", given: "write a.js", steps: "write a.js\nexpect modified a.js"),
        WatchScript(name: "an append", given: "write a.js", steps: "append a.js\nexpect modified a.js"),
        WatchScript(name: "a removal", given: "write a.js", steps: "rm a.js\nexpect removed a.js"),
        WatchScript(
            name: "removed and made again", given: "write a.js",
            steps: "rm a.js\nwrite a.js\nexpect modified a.js"),
        WatchScript(
            name: "a rename", given: "write a.js",
            steps: "mv a.js b.js\nexpect removed a.js\nexpect created b.js"),
        WatchScript(
            name: "a rename over another file", given: "write a.js\nwrite b.js",
            steps: "mv a.js b.js\nexpect removed a.js\nexpect modified b.js"),
        WatchScript(
            name: "moved out and in again", given: "write a.js",
            steps: """
                mv a.js ../out/a.js
                expect removed a.js
                mv ../out/a.js b.js
                expect created b.js
                """),
        WatchScript(
            name: "written and kept open", given: "write log.txt",
            steps: "hold log.txt\nexpect modified log.txt\nrelease log.txt\nexpect modified log.txt"),
        WatchScript(
            name: "created and kept open",
            steps: "hold log.txt\nexpect created log.txt\nrelease log.txt\nexpect modified log.txt"),
        WatchScript(
            name: "a hard link", given: "write a.js", steps: "link a.js b.js\nexpect created b.js"),
        WatchScript(
            name: "a symbolic link to a file", given: "write ../out/a.js",
            steps: "ln ../out/a.js b.js\nexpect created b.js\nrm b.js\nexpect removed b.js"),
        WatchScript(
            name: "a name with spaces and letters of other scripts is told as it is",
            steps: "write größe-文件-🏎.js\nexpect created größe-文件-🏎.js"),
        WatchScript(
            name: "a temporary that comes and goes", given: "write a.js",
            steps: "write t1\nrm t1\nwrite a.js\nmaybe created t1\nexpect modified a.js"),
        WatchScript(
            name: "in a folder below", given: "mkdir a/b/c\nwrite a/b/c/d.js",
            steps: "write a/b/c/d.js\nexpect modified a/b/c/d.js"),
    ]

    static let editors = [
        WatchScript(
            name: "vim: probe, backup by rename, new file, backup removed", given: "write a.js old",
            steps: """
                write 4913
                rm 4913
                mv a.js a.js~
                write a.js new
                rm a.js~
                expect modified a.js
                """),
        WatchScript(
            name: "vim with a backup that looks like any file", given: "write a.js old",
            steps:
                "mv a.js a.js.bak\nwrite a.js new\nrm a.js.bak\nmaybe created a.js.bak\nexpect modified a.js"),
        WatchScript(
            name: "JetBrains' safe write", given: "write a.js old",
            steps: """
                write a.js___jb_tmp___ new
                mv a.js a.js___jb_old___
                mv a.js___jb_tmp___ a.js
                rm a.js___jb_old___
                expect modified a.js
                """),
        WatchScript(
            name: "a temporary renamed over the file", given: "write a.js old",
            steps: "write a.js.8431 new\nmv a.js.8431 a.js\nmaybe created a.js.8431\nexpect modified a.js"),
        WatchScript(
            name: "a temporary from outside renamed over the file",
            given: "write a.js old\nwrite ../out/t new",
            steps: "mv ../out/t a.js\nexpect modified a.js"),
        WatchScript(
            name: "VS Code: truncated, then written", given: "write a.js old",
            steps: "hold a.js\nwrite a.js new\nrelease a.js\nexpect modified a.js"),
        WatchScript(
            name: "swap files are nobody's business", given: "write a.js",
            steps:
                "write .a.js.swp\nwrite .a.js.swx\nrm .a.js.swx\nwrite #a.js#\nwrite a.js\nexpect modified a.js"
        ),
    ]

    static let folders = [
        WatchScript(
            name: "a new folder with a file",
            steps: "mkdir d\nwrite d/a.js\nexpect created d/\nexpect created d/a.js"),
        WatchScript(
            name: "a new folder is watched",
            steps:
                "mkdir d\nexpect created d/\nwrite d/a.js\nexpect created d/a.js\nwrite d/a.js\nexpect modified d/a.js"
        ),
        WatchScript(
            name: "nested new folders",
            steps: """
                mkdir a/b/c
                write a/b/c/d.js
                expect created a/
                expect created a/b/
                expect created a/b/c/
                expect created a/b/c/d.js
                """),
        WatchScript(
            name: "a folder removed with what it holds", given: "mkdir d/e\nwrite d/a.js\nwrite d/e/b.js",
            steps:
                "rm d\nexpect removed d/\nexpect removed d/e/\nexpect removed d/a.js\nexpect removed d/e/b.js"
        ),
        WatchScript(
            name: "a folder moved in", given: "mkdir ../out/d/e\nwrite ../out/d/a.js\nwrite ../out/d/e/b.js",
            steps: """
                mv ../out/d d
                expect created d/
                expect created d/e/
                expect created d/a.js
                expect created d/e/b.js
                write d/e/b.js
                expect modified d/e/b.js
                """),
        WatchScript(
            name: "a folder moved out is not watched any more", given: "mkdir d/e\nwrite d/e/b.js",
            steps: """
                mv d ../out/d
                expect removed d/
                expect removed d/e/
                expect removed d/e/b.js
                write ../out/d/e/b.js
                expect nothing
                """),
        WatchScript(
            name: "a folder renamed", given: "mkdir d/e\nwrite d/e/b.js",
            steps: """
                mv d f
                expect removed d/
                expect removed d/e/
                expect removed d/e/b.js
                expect created f/
                expect created f/e/
                expect created f/e/b.js
                write f/e/b.js
                expect modified f/e/b.js
                """),
        WatchScript(
            name: "a folder replaced by another",
            given: "mkdir d\nwrite d/a.js\nmkdir n\nwrite n/a.js\nwrite n/b.js",
            steps: """
                mv d ../out/old
                mv n d
                expect modified d/
                expect modified d/a.js
                expect created d/b.js
                expect removed n/
                expect removed n/a.js
                expect removed n/b.js
                write d/a.js
                expect modified d/a.js
                """),
        WatchScript(
            name: "a folder turns into a file", given: "mkdir d\nwrite d/a.js",
            steps: "rm d\nexpect removed d/\nexpect removed d/a.js\nwrite d\nexpect created d"),
        WatchScript(
            name: "a folder moved into a new folder", given: "mkdir d\nwrite d/a.js",
            steps: """
                mkdir n
                mv d n/d
                expect created n/
                expect created n/d/
                expect created n/d/a.js
                expect removed d/
                expect removed d/a.js
                write n/d/a.js
                expect modified n/d/a.js
                """),
    ]
}
