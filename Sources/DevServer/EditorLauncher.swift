import ModuleProtocol
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// Opens files in the developer's editor: one at a time, and only so many that have not ended.
///
/// Safe on any thread.
final class EditorLauncher: Sendable {
    private struct State {
        var isStarting = false
        var running = 0
    }

    private let command: EditorCommand
    private let threadPool: NIOThreadPool
    private let state = NIOLockedValueBox(State())

    init(command: EditorCommand, threadPool: NIOThreadPool) {
        self.command = command
        self.threadPool = threadPool
    }

    /// Runs the command for one place in a file.
    /// - Parameters:
    ///   - file: The file's real path; it must have been authorised.
    ///   - line: Counted from 1.
    ///   - column: Counted from 1.
    ///   - eventLoop: Where the future is completed.
    /// - Returns: Completes when the command has ended well, or still runs after ``ServerLimits/editorStart``, as
    ///   editors without a server do; fails with a ``ModuleError``.
    func open(
        file: String, line: Int, column: Int, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Void> {
        guard begin() else {
            return eventLoop.makeFailedFuture(
                ModuleError(
                    .rateLimited,
                    message:
                        "The editor is being started, or \(ServerLimits.runningEditors) that were started "
                        + "have not ended. Try again in a moment."))
        }
        let words = command.arguments(file: file, line: line, column: column)
        return threadPool.runIfActive(eventLoop: eventLoop) {
            Result { () throws(EditorProcess.Failure) in try EditorProcess.start(words) }
        }.flatMap { result in
            switch result {
            case .success(let process):
                let promise = eventLoop.makePromise(of: Void.self)
                self.watch(process, settled: .now() + ServerLimits.editorStart, promise, on: eventLoop)
                return promise.futureResult
            case .failure(let failure):
                self.started(isRunning: false)
                return eventLoop.makeFailedFuture(
                    ModuleError(
                        .internal,
                        message: "The editor \"\(words[0])\" cannot be started: \(failure.description). "
                            + "Check --editor: the program must be installed and found by PATH."))
            }
        }
    }

    /// Looks until the process has ended; the answer is given when it has settled.
    private func watch(
        _ process: EditorProcess, settled: NIODeadline, _ promise: EventLoopPromise<Void>?,
        on eventLoop: any EventLoop
    ) {
        if let status = process.exitStatus() {
            if let promise {
                started(isRunning: false)
                if status == 0 {
                    promise.succeed()
                } else {
                    promise.fail(Self.ended(command.words[0], status))
                }
            } else {
                state.withLockedValue { $0.running -= 1 }
            }
            return
        }
        var waiting = promise
        if promise != nil, NIODeadline.now() >= settled {
            started(isRunning: true)
            promise?.succeed()
            waiting = nil
        }
        let interval = waiting == nil ? ServerLimits.editorEndInterval : ServerLimits.editorStartInterval
        let next = waiting
        eventLoop.scheduleTask(in: interval) {
            self.watch(process, settled: settled, next, on: eventLoop)
        }
    }

    private static func ended(_ program: String, _ status: Int32) -> ModuleError {
        ModuleError(
            .internal,
            message:
                "The editor \"\(program)\" ended with status \(status). Try the command of --editor in a "
                + "terminal to see what it says.")
    }

    private func begin() -> Bool {
        state.withLockedValue { state in
            guard !state.isStarting, state.running < ServerLimits.runningEditors else { return false }
            state.isStarting = true
            return true
        }
    }

    private func started(isRunning: Bool) {
        state.withLockedValue { state in
            state.isStarting = false
            if isRunning { state.running += 1 }
        }
    }
}
