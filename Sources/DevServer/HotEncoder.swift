import ModuleGraph
import ModuleProtocol
import ModuleStore
import NIOCore
import WebSocketDeflate

/// Makes the messages of one change; what several pages are told of a module is encoded once.
struct HotEncoder {
    private struct Key: Hashable {
        let context: ObjectIdentifier
        let path: ModulePath
        let base: String
    }

    private let event: EventFields
    private var encoded: [Key: [UInt8]] = [:]

    init(sequenceNumber: UInt64) {
        event = EventFields(sequenceNumber: sequenceNumber, timestamp: WallClock.millisecondsSince1970)
    }

    /// What a page is told.
    /// - Parameters:
    ///   - outcome: What was decided.
    ///   - news: What it was decided about.
    ///   - context: The page's.
    ///   - bases: Earlier versions; the new ones are added.
    ///   - isConfirmed: Whether the page has just reported as a whole.
    mutating func messages(
        _ outcome: HotOutcome, _ news: [ModuleNews], context: HotContext, bases: inout DeltaBases,
        isConfirmed: Bool = false
    ) -> [OutboundMessage] {
        var messages = outcome.problems.map { ServerMessage.hotError($0, event: event) }
        if let deadEnd = outcome.deadEnd {
            messages.append(
                ServerMessage.reload(
                    path: deadEnd.path, reason: deadEnd.reason, isUnconfirmed: !isConfirmed, event: event))
        } else if outcome.hasUpdate {
            messages.append(
                ServerMessage.hotUpdate(
                    outcome.boundaries.map(HotUpdateItem.init),
                    modules: modules(outcome.changed, news, context, &bases), prune: outcome.pruned,
                    cleared: outcome.cleared, event: event))
        }
        return messages.map(OutboundMessage.text)
    }

    /// What a page is told whose module refused its update.
    func messages(ofInvalidation outcome: HotOutcome, first: ModulePath) -> [OutboundMessage] {
        if let deadEnd = outcome.deadEnd {
            return [.text(ServerMessage.reload(path: deadEnd.path, reason: deadEnd.reason, event: event))]
        }
        return [
            .text(
                ServerMessage.hotUpdate(
                    outcome.boundaries.map(HotUpdateItem.init), modules: [], prune: [], cleared: [],
                    firstInvalidatedBy: first, event: event))
        ]
    }

    private mutating func modules(
        _ changed: [HotOutcome.Changed], _ news: [ModuleNews], _ context: HotContext,
        _ bases: inout DeltaBases
    ) -> [[UInt8]] {
        var parts: [ModulePath: PackPart] = [:]
        for item in news {
            if case .part(let part) = item.outcome { parts[item.path] = part }
        }
        var budget = ProtocolLimits.hotContentBytes
        return changed.compactMap { item in
            guard let part = parts[item.path] else { return nil }
            let key = Key(context: ObjectIdentifier(context), path: item.path, base: item.oldHash)
            var entry: [UInt8]
            if let known = encoded[key] {
                entry = known
            } else {
                entry = Self.entry(of: part, from: item.oldHash, context, bases)
                encoded[key] = entry
                bases.add(part.module, if: context.key.takesDeltas)
            }
            if entry.count > budget { entry = Self.resolved(part, context).entry.withContent(.none) }
            budget -= entry.count
            return entry
        }
    }

    private static func resolved(_ part: PackPart, _ context: HotContext) -> PackPart {
        context.links.resolving(part, context.links.links(of: part))
    }

    private static func entry(
        of part: PackPart, from oldHash: String, _ context: HotContext, _ bases: DeltaBases
    ) -> [UInt8] {
        let module = part.module
        let entry = resolved(part, context).entry
        guard module.isText, module.size <= ProtocolLimits.hotContentBytes else {
            return entry.withContent(.none)
        }
        return module.content.withUnsafeReadableBytes { text in
            if context.key.takesDeltas, module.size > StoreLimits.deltaBytes,
                let base = bases[module.path, oldHash]
            {
                let delta = ContentDelta(from: base, to: module.content)
                // A delta that hardly saves anything only costs the client time.
                if delta.insertedBytes < module.size / 2, delta.steps.count < module.size / 64 {
                    return entry.withContent(
                        .delta(
                            base: oldHash,
                            steps: delta.steps.map { step in
                                switch step {
                                case .copy(let range): .copy(range)
                                case .insert(let range):
                                    .insert(UnsafeRawBufferPointer(rebasing: text[range]))
                                }
                            }))
                }
            }
            return entry.withContent(.whole(text))
        }
    }
}

extension HotUpdateItem {
    fileprivate init(_ boundary: HotBoundary) {
        self.init(boundary: boundary.boundary, accepted: boundary.accepted, chain: boundary.chain)
    }
}
