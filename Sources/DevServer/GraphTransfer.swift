import ModuleGraph
import ModuleLinker
import ModuleProtocol
import ModuleStore
import NIOCore
import WebSocketDeflate

/// One `module:graph` on its way: walks the graph and fills packs, which ``GraphOutbox`` sends.
///
/// Lives on its session's event loop.
final class GraphTransfer {
    private let request: GraphRequest
    private let server: ServerContext
    private let eventLoop: any EventLoop
    private let siteAuthorities: [String]
    private let sendsDeflated: Bool
    private unowned let session: SessionHandler

    private var walk = GraphWalk<PackPart>()
    private var packs = PackFilling<PackPart>()
    private var entries: [ModulePath] = []
    private var refusedEntries: [MissingModule] = []
    private var cached: [ModulePath] = []
    private var errors: [[UInt8]] = []
    private var importMap = ImportMap.empty
    private var page = PageLinks(importMap: .empty, siteAuthorities: [])
    private var changeCount: UInt64 = 0
    /// Set while it is possible that the client gets the whole graph linked; then no packs are filled.
    private var linker: ModuleLinker?

    /// Known to the walk, not asked of the store yet.
    private var queue = CircularBuffer<ModulePath>()
    private var loads = 0
    private var flushTimer: Scheduled<Void>?
    /// Whether everything has been put into the outbox.
    private var hasAnswered = false
    /// Whether the session needs nothing more.
    private var isFinished = false

    private lazy var outbox = GraphOutbox(
        id: request.id, session: session, on: eventLoop,
        onEnd: { [unowned self] in
            isFinished = true
            session.transferFinished(self)
        })

    init(_ request: GraphRequest, of session: SessionHandler, on eventLoop: any EventLoop) {
        self.request = request
        self.session = session
        self.eventLoop = eventLoop
        server = session.server
        siteAuthorities = session.siteAuthorities
        sendsDeflated = session.sendsKeptDeflate
    }

    private var key: GraphKey {
        GraphKey(entries: entries, importMap: importMap, siteAuthorities: siteAuthorities)
    }

    /// Begins; the session is told when the last frame has been handed over.
    func start() {
        for raw in request.entries {
            do throws(ModuleError) {
                entries.append(try ModulePath(parsing: raw, siteAuthorities: siteAuthorities))
            } catch {
                report(error, path: raw)
                refusedEntries.append(
                    MissingModule(specifier: raw, importer: nil, path: nil, reason: .error(error.code)))
            }
        }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        server.importMaps.importMap(of: request, siteAuthorities: siteAuthorities, on: eventLoop)
            .whenSuccess { bound.value.begin(with: $0) }
    }

    /// The session has gone: nothing more is sent or loaded.
    func cancel() {
        isFinished = true
        flushTimer?.cancel()
        outbox.close()
        queue.removeAll()
    }

    private func begin(with importMap: ImportMap) {
        guard !isFinished else { return }
        self.importMap = importMap
        changeCount = server.store.changeCount
        if request.asksForDigest {
            let digest =
                refusedEntries.isEmpty ? server.keptGraphs.graph(key, changeCount: changeCount)?.digest : nil
            send(.text(ServerMessage.graphDigest(digest, entries: entries, id: request.id)))
            send(.end)
            return
        }
        linker = pageLinker
        if refusedEntries.isEmpty, let kept = server.keptGraphs.graph(key, changeCount: changeCount) {
            serve(kept)
            return
        }
        page = PageLinks(importMap: importMap, siteAuthorities: siteAuthorities)
        queue.append(contentsOf: entries.filter { walk.visit($0) })
        advance()
    }

    /// The linker for a page that asks for linked modules, holds none, and leaves open nothing but their origin.
    ///
    /// Compressed, the same modules would take more bytes linked.
    private var pageLinker: ModuleLinker? {
        guard let linked = request.linked, linked.form == ModuleLinker.form, request.streams,
            request.known.isEmpty,
            !sendsDeflated, refusedEntries.isEmpty, importMap.isEmpty
        else { return nil }
        return ModuleLinker(origin: linked.origin)
    }

    // MARK: Walking

    /// Takes modules from memory for a while, then lets the event loop do other work.
    private func advance() {
        guard !isFinished, !hasAnswered else { return }
        var budget = ServerLimits.graphModulesPerTurn
        while let path = queue.first, loads < ServerLimits.graphLoads {
            guard budget > 0 else {
                let bound = NIOLoopBound(self, eventLoop: eventLoop)
                eventLoop.execute { bound.value.advance() }
                return
            }
            budget -= 1
            queue.removeFirst()
            if let module = server.store.cached(path, form: .pack) {
                arrived(module, at: path)
            } else {
                load(path)
            }
        }
        if walk.isTooLarge {
            refuse(
                ModuleError(
                    .tooLarge,
                    message: "The graph of \(entries.map(\.string).joined(separator: ", ")) has more than "
                        + "\(ProtocolLimits.graphModules) modules. Load it over HTTP, or in several parts."))
        } else if walk.isComplete {
            finish()
        } else if request.streams {
            flushSoon()
        }
    }

    private func load(_ path: ModulePath) {
        sendAsTheyAre()
        loads += 1
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        server.store.load(path, form: .pack, deflated: sendsDeflated, on: eventLoop).whenComplete { result in
            let transfer = bound.value
            transfer.loads -= 1
            guard !transfer.isFinished, !transfer.hasAnswered else { return }
            switch result {
            case .success(let module):
                transfer.arrived(module, at: path)
            case .failure(let error):
                let error = error as? ModuleError ?? ModuleError(.internal, message: "\(error)")
                transfer.walk.failed(path, error.code)
                transfer.report(error, path: path.string)
            }
            transfer.advance()
        }
    }

    /// - Parameter isFinal: Whether the module is taken as it is, even if nobody resolves its bare specifiers.
    private func arrived(_ module: StoredModule, at path: ModulePath, isFinal: Bool = false) {
        var part = module.packPart()
        let links = page.links(of: part)
        if !isFinal, !links.bare.isEmpty, server.store.mayBeRewritten(module) {
            rewrite(module, at: path)
            return
        }
        part = page.resolving(part, links)
        if !part.canBeLinked { sendAsTheyAre() }
        queue.append(contentsOf: walk.found(part, at: path, imports: links.paths, bare: links.bare))
        if request.known[path.string] == module.hash {
            cached.append(path)
        } else if request.streams, linker == nil, let full = packs.add(part, bytes: part.size) {
            send(.pack(full, last: false))
        }
    }

    /// Modules that have to be waited for, or that the client has to link: all come in packs.
    private func sendAsTheyAre() {
        guard linker != nil else { return }
        linker = nil
        for found in walk.modules {
            if let full = packs.add(found.module, bytes: found.module.size) {
                send(.pack(full, last: false))
            }
        }
    }

    /// Dev servers rewrite bare specifiers: what the page gets over HTTP is the upstream's text.
    private func rewrite(_ module: StoredModule, at path: ModulePath) {
        sendAsTheyAre()
        loads += 1
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        server.store.rewritten(module, deflated: sendsDeflated, on: eventLoop).whenSuccess { module in
            let transfer = bound.value
            transfer.loads -= 1
            guard !transfer.isFinished, !transfer.hasAnswered else { return }
            transfer.arrived(module, at: path, isFinal: true)
            transfer.advance()
        }
    }

    /// Sends what waits if the rest, such as a slow upstream's modules, is long in coming.
    private func flushSoon() {
        guard flushTimer == nil, !packs.isEmpty else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        flushTimer = eventLoop.scheduleTask(in: ServerLimits.packWait) {
            let transfer = bound.value
            transfer.flushTimer = nil
            guard !transfer.isFinished, !transfer.hasAnswered, let parts = transfer.packs.take() else {
                return
            }
            transfer.send(.pack(parts, last: false))
        }
    }

    // MARK: Answering

    private func report(_ error: ModuleError, path: String) {
        let message = ServerMessage.moduleError(error, path: path, id: request.id)
        if request.streams { send(.text(message)) } else { errors.append(message) }
    }

    private func refuse(_ error: ModuleError) {
        hasAnswered = true
        flushTimer?.cancel()
        outbox.discard()
        queue.removeAll()
        send(.text(ServerMessage.error(error.code, error.message, id: request.id)))
        send(.end)
    }

    private func finish() {
        hasAnswered = true
        flushTimer?.cancel()
        let missing =
            refusedEntries
            + walk.missing(entries: entries) { part, path in
                let records = part.module.imports().records
                return records.compactMap(\.specifier).filter {
                    page.resolver.path($0, importer: part.module.base) == path
                }
            }
        if !walk.isWhole { sendAsTheyAre() }
        if let linker {
            link(walk.modules.map(\.module), by: linker)
        } else if request.streams, let rest = packs.take() {
            send(.pack(rest, last: true))
        }
        var graph = KeptGraph(parts: walk.modules.map(\.module))
        if walk.isWhole, refusedEntries.isEmpty, isCurrent(graph) {
            graph.digest = KeptGraph.digest(of: graph.parts)
            server.keptGraphs.keep(graph, as: key, changeCount: changeCount)
        }
        server.memoryTrim.soon(on: eventLoop, server.store, server.threadPool)
        close(with: graph, missing: missing)
    }

    /// Whether the store would hand out every module again without looking at a file.
    private func isCurrent(_ graph: KeptGraph) -> Bool {
        server.store.changeCount == changeCount
            && graph.parts.allSatisfy { server.store.cached($0.module.path, form: .pack) === $0.module }
    }

    private func serve(_ kept: KeptGraph) {
        var fresh = kept.parts
        if !request.known.isEmpty {
            fresh.removeAll { part in
                guard request.known[part.module.path.string] == part.module.hash else { return false }
                cached.append(part.module.path)
                return true
            }
        }
        if let linker, kept.parts.allSatisfy(\.canBeLinked) {
            link(kept.parts, by: linker)
        } else if request.streams {
            sendAll(Self.groups(fresh), of: kept)
        }
        close(with: kept, missing: [], fresh: fresh)
    }

    /// The closing message of a streamed answer; all of any other.
    private func close(
        with graph: KeptGraph, missing: [MissingModule], fresh: [PackPart]? = nil
    ) {
        func message(modules: [EncodedPackEntry]?, packs: Int) -> [UInt8] {
            ServerMessage.moduleGraph(
                entries: entries, modules: modules, cached: cached, missing: missing, packs: packs,
                digest: graph.digest, id: request.id)
        }
        if request.streams {
            send(.text(message(modules: nil, packs: outbox.packCount)))
        } else {
            let current = Set(cached)
            let groups = Self.groups(fresh ?? graph.parts.filter { !current.contains($0.module.path) })
            send(.text(message(modules: graph.parts.map(\.entry), packs: groups.count)))
            for error in errors { send(.text(error)) }
            sendAll(groups, of: fresh == nil ? nil : graph)
        }
        send(.end)
    }

    private static func groups(_ parts: [PackPart]) -> [[PackPart]] {
        var filling = PackFilling<PackPart>()
        var groups = parts.compactMap { filling.add($0, bytes: $0.size) }
        if let rest = filling.take() { groups.append(rest) }
        return groups
    }

    private func link(_ parts: [PackPart], by linker: ModuleLinker) {
        for group in Self.groups(parts) { send(.linking(group, linker)) }
    }

    private func sendAll(_ groups: @autoclosure () -> [[PackPart]], of kept: KeptGraph?) {
        if sendsDeflated, let kept, cached.isEmpty {
            if let packs = kept.deflatedPacks {
                for pack in packs { send(.deflated(pack)) }
                return
            }
            keepDeflated(groups(), of: kept)
        }
        let groups = groups()
        for (index, group) in groups.enumerated() { send(.pack(group, last: index == groups.count - 1)) }
    }

    /// Makes the compressed packs that the next clients get.
    private func keepDeflated(_ groups: [[PackPart]], of kept: KeptGraph) {
        let (graphs, key, changeCount) = (server.keptGraphs, key, changeCount)
        let (server, eventLoop) = (server, eventLoop)
        let packs = groups.enumerated().map { index, group in
            server.store.deflatedPack(group, last: index == groups.count - 1, on: eventLoop)
        }
        EventLoopFuture.whenAllSucceed(packs, on: eventLoop).whenSuccess { packs in
            var kept = kept
            kept.deflatedPacks = packs
            graphs.keep(kept, as: key, changeCount: changeCount)
            server.memoryTrim.soon(on: eventLoop, server.store, server.threadPool)
        }
    }

    private func send(_ step: GraphOutbox.Step) { outbox.send(step) }

    /// Hands over what the client is ready to take.
    func pump() { outbox.pump() }
}
