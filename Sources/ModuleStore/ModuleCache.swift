import ModuleProtocol

/// Modules in memory, bounded by bytes; the least recently used go first.
///
/// Lives behind a lock.
struct ModuleCache: Sendable {
    /// What is known of one module path.
    struct Record: Sendable {
        var module: StoredModule
        /// The file when it was read; `nil` for the upstream's modules.
        var signature: FileSignature?
        /// Whether changes of the file are reported.
        var isWatched = false
        /// Whether the module may be handed out without looking at the file.
        var isFresh = false
        /// For the upstream's modules.
        var validators: Validators?
    }

    /// What makes a request to the upstream conditional.
    struct Validators: Sendable, Equatable {
        var etag: String?
        var lastModified: String?
    }

    private struct Slot: Sendable {
        let key: ByteKey
        var record: Record
        var cost: Int
        /// Towards the more recently used; `none` at the head.
        var newer = ModuleCache.none
        /// Towards the less recently used; `none` at the tail.
        var older = ModuleCache.none
    }

    private static let none = -1

    let maximumBytes: Int
    private(set) var bytes = 0
    /// What is left of modules that were replaced or removed.
    var earlier = EarlierVersions()
    private var slots: [Slot?] = []
    private var unused: [Int] = []
    private var slotOfPath: [ByteKey: Int] = [:]
    private var slotsOfFile: [ByteKey: Set<Int>] = [:]
    /// The upstream's modules by their path without query.
    private var slotsOfUpstreamPath: [ByteKey: Set<Int>] = [:]
    private var newest = Self.none
    private var oldest = Self.none

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    var count: Int { slotOfPath.count }

    var records: [Record] { slots.compactMap { $0?.record } }

    /// The module of a path if it needs no further look; counts as a use.
    mutating func fresh(_ key: ByteKey) -> StoredModule? {
        guard let slot = slotOfPath[key], slots[slot]!.record.isFresh else { return nil }
        touch(slot)
        return slots[slot]!.record.module
    }

    /// What is known of a path; counts as a use.
    mutating func record(_ key: ByteKey) -> Record? {
        guard let slot = slotOfPath[key] else { return nil }
        touch(slot)
        return slots[slot]!.record
    }

    /// What was made of a file, under whatever paths.
    func records(ofFile canonicalPath: String) -> [Record] {
        slotsOfFile[ByteKey(canonicalPath)]?.compactMap { slots[$0]?.record } ?? []
    }

    /// What the upstream made of a path, under whatever queries.
    func upstreamRecords(ofFilePath filePath: String) -> [Record] {
        slotsOfUpstreamPath[ByteKey(filePath)]?.compactMap { slots[$0]?.record } ?? []
    }

    /// Keeps a record; older ones make room.
    ///
    /// One that is larger than the whole cache is not kept.
    mutating func insert(_ record: Record) {
        let key = ByteKey(record.module.path.string)
        remove(key, inFavourOf: record.module)
        let cost = record.module.cost
        guard cost <= maximumBytes else { return }
        let slot: Int
        if let free = unused.popLast() {
            slot = free
            slots[slot] = Slot(key: key, record: record, cost: cost)
        } else {
            slot = slots.count
            slots.append(Slot(key: key, record: record, cost: cost))
        }
        slotOfPath[key] = slot
        if let file = record.module.canonicalFile { slotsOfFile[ByteKey(file), default: []].insert(slot) }
        if record.module.source == .upstream {
            slotsOfUpstreamPath[ByteKey(record.module.path.filePath), default: []].insert(slot)
        }
        linkAsNewest(slot)
        bytes += cost
        makeRoom()
    }

    /// Takes note that a module's frames have grown.
    mutating func recharge(_ module: StoredModule) {
        let key = ByteKey(module.path.string)
        guard let slot = slotOfPath[key], slots[slot]!.record.module === module else { return }
        let cost = module.cost
        bytes += cost - slots[slot]!.cost
        slots[slot]!.cost = cost
        if cost > maximumBytes { remove(key) } else { makeRoom() }
    }

    /// Makes the next request of a path look at the file again.
    mutating func markStale(_ key: ByteKey) {
        if let slot = slotOfPath[key] { slots[slot]!.record.isFresh = false }
    }

    mutating func markStale(file canonicalPath: String) {
        for slot in slotsOfFile[ByteKey(canonicalPath)] ?? [] { slots[slot]!.record.isFresh = false }
    }

    mutating func markAllStale() {
        for slot in slots.indices { slots[slot]?.record.isFresh = false }
    }

    /// Forgets a module, but not what it said about hot updates.
    /// - Parameter successor: What takes its place: it may be the same version.
    mutating func remove(_ key: ByteKey, inFavourOf successor: StoredModule? = nil) {
        guard let slot = slotOfPath.removeValue(forKey: key) else { return }
        unlink(slot)
        if slots[slot]!.record.module.hash != successor?.hash { earlier.add(slots[slot]!.record.module) }
        bytes -= slots[slot]!.cost
        if let file = slots[slot]!.record.module.canonicalFile {
            slotsOfFile[ByteKey(file)]?.remove(slot)
            if slotsOfFile[ByteKey(file)]?.isEmpty == true { slotsOfFile[ByteKey(file)] = nil }
        }
        if slots[slot]!.record.module.source == .upstream {
            let path = ByteKey(slots[slot]!.record.module.path.filePath)
            slotsOfUpstreamPath[path]?.remove(slot)
            if slotsOfUpstreamPath[path]?.isEmpty == true { slotsOfUpstreamPath[path] = nil }
        }
        slots[slot] = nil
        unused.append(slot)
    }

    private mutating func makeRoom() {
        while bytes > maximumBytes, oldest != Self.none { remove(slots[oldest]!.key) }
    }

    private mutating func touch(_ slot: Int) {
        guard slot != newest else { return }
        unlink(slot)
        linkAsNewest(slot)
    }

    private mutating func linkAsNewest(_ slot: Int) {
        slots[slot]!.newer = Self.none
        slots[slot]!.older = newest
        if newest != Self.none { slots[newest]!.newer = slot } else { oldest = slot }
        newest = slot
    }

    private mutating func unlink(_ slot: Int) {
        let (newer, older) = (slots[slot]!.newer, slots[slot]!.older)
        if newer != Self.none { slots[newer]!.older = older } else { newest = older }
        if older != Self.none { slots[older]!.newer = newer } else { oldest = newer }
    }
}
