import ModuleProtocol
import NIOCore

/// The one load of a path that is under way, and everybody who waits for it.
struct Flight: Sendable {
    struct Waiter: Sendable {
        let promise: EventLoopPromise<StoredModule>
        let form: ModuleForm?
        let deflated: Bool
    }

    var waiters: [Waiter]
}

extension ModuleStore {
    /// Gives a path's module, from memory, disk or the upstream; concurrent loads of one path are one.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - form: The frame to make before the future is completed; `nil` when only the content is wanted.
    ///   - deflated: Whether that frame is to be compressed as well.
    ///   - eventLoop: Where the future is completed.
    /// - Returns: The module, or a ``ModuleError``.
    package func load(
        _ path: ModulePath, form: ModuleForm? = nil, deflated: Bool = false, on eventLoop: any EventLoop
    ) -> EventLoopFuture<StoredModule> {
        if let module = cached(path, form: form, deflated: deflated) {
            return eventLoop.makeSucceededFuture(module)
        }
        let promise = eventLoop.makePromise(of: StoredModule.self)
        let key = ByteKey(path.string)
        let waiter = Flight.Waiter(promise: promise, form: form, deflated: deflated)
        let isFirst = state.withLockedValue { state in
            if state.flights[key] != nil {
                state.flights[key]!.waiters.append(waiter)
                return false
            }
            state.flights[key] = Flight(waiters: [waiter])
            return true
        }
        if isFirst {
            onThreadPool(path) { self.start(path) }
        }
        return promise.futureResult
    }

    /// The hash of a module's current content.
    /// - Parameters:
    ///   - path: The module's path.
    ///   - eventLoop: Where the future is completed.
    /// - Returns: `nil` when the module is gone; fails with any ``ModuleError`` but ``ErrorCode/notFound``.
    package func hash(of path: ModulePath, on eventLoop: any EventLoop) -> EventLoopFuture<String?> {
        load(path, on: eventLoop).map { Optional($0.hash) }.flatMapErrorThrowing { error in
            guard let error = error as? ModuleError, error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Runs a step of a flight; when the pool is shutting down, the flight ends.
    func onThreadPool(_ path: ModulePath, _ work: @escaping @Sendable () -> Void) {
        threadPool.submit { state in
            switch state {
            case .active: work()
            case .cancelled:
                self.land(
                    path, .failure(ModuleError(.internal, path: path.string, message: "Pitlane is stopping."))
                )
            }
        }
    }

    private func start(_ path: ModulePath) {
        if prefersUpstream(path) {
            fetch(path, isFolder: false)
        } else {
            startFromDisk(path)
        }
    }

    private func startFromDisk(_ path: ModulePath) {
        switch loadFromDisk(path) {
        case .module(let module): land(path, .success(module))
        case .failure(let error): land(path, .failure(error))
        case .missing(let wasFolder): fetch(path, isFolder: wasFolder)
        }
    }

    /// Ends a flight.
    ///
    /// Runs on the thread pool, except when that is shutting down.
    func land(_ path: ModulePath, _ result: Result<StoredModule, ModuleError>) {
        let flight = state.withLockedValue { $0.flights.removeValue(forKey: ByteKey(path.string)) }
        for waiter in flight?.waiters ?? [] {
            switch result {
            case .success(let module): hand(module, to: waiter)
            case .failure(let error): waiter.promise.fail(error)
            }
        }
    }

    private func hand(_ module: StoredModule, to waiter: Flight.Waiter) {
        if let form = waiter.form {
            do throws(ModuleError) {
                if try module.prepare(form) { state.withLockedValue { $0.cache.recharge(module) } }
            } catch {
                waiter.promise.fail(error)
                return
            }
            if waiter.deflated {
                if module.size > StoreLimits.promptDeflateBytes {
                    deflateLater(module, form)
                } else if module.claimDeflate(form) {
                    deflateNow(module, form)
                }
            }
        }
        waiter.promise.succeed(module)
    }
}
