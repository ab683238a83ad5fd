import Glibc

/// Carries out what a ``WatchTree`` asks of the file system.
struct DirectoryReader {
    let calls: SystemCalls
    let limits: FileWatcherLimits
    let readsGitignore: Bool
    /// The inotify descriptor; negative if the kernel gives none.
    var queue: Int32 = -1
    /// By device: whether changes by others raise no event there.
    private var remoteDevices: [UInt64: Bool] = [:]

    init(calls: SystemCalls, limits: FileWatcherLimits, readsGitignore: Bool) {
        self.calls = calls
        self.limits = limits
        self.readsGitignore = readsGitignore
    }

    /// Watches a folder first, then lists it, so that nothing made in between is lost.
    mutating func visit(_ visit: WatchTree.Visit) -> DirectoryListing {
        let descriptor = open(visit.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return unopened(visit.path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            return .gone
        }
        let identity = FileIdentity(status)
        guard let coverage = watch(visit.path, device: identity.device) else {
            close(descriptor)
            return .gone
        }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return .contents(.init(coverage: coverage, identity: identity, items: nil, ignoreFile: nil))
        }
        defer { closedir(stream) }
        var wantsStamps = visit.purpose == .sweep
        if case .polled = coverage { wantsStamps = true }
        let items = list(stream, dirfd(stream), visit.path, wantsStamps: wantsStamps)
        var ignoreFile: [UInt8]?
        if readsGitignore, visit.root != nil, items.contains(where: { $0.name == ".gitignore" }) {
            ignoreFile = readIgnoreFile(dirfd(stream))
        }
        return .contents(.init(coverage: coverage, identity: identity, items: items, ignoreFile: ignoreFile))
    }

    /// What a new name is; nil if it is gone again or of no interest.
    func inspect(_ inspection: WatchTree.Inspection) -> DirectoryListing.Item? {
        item(AT_FDCWD, inspection.directory, inspection.name, type: nil, wantsStamp: false)
    }

    private func unopened(_ path: String, _ code: Int32) -> DirectoryListing {
        var status = stat()
        guard code != ENOENT, code != ENOTDIR, code != ELOOP, code != ENAMETOOLONG, lstat(path, &status) == 0
        else { return .gone }
        // Short of descriptors: look again at the next sweep. Else it may not be read.
        let isTransient = code == EMFILE || code == ENFILE || code == ENOMEM
        return .contents(
            .init(
                coverage: isTransient ? .polled(.watchLimit) : .unreadable, identity: FileIdentity(status),
                items: nil, ignoreFile: nil))
    }

    private mutating func watch(_ path: String, device: UInt64) -> WatchTree.Coverage? {
        if isRemote(device) { return .polled(.remoteFileSystem) }
        if queue < 0 { return .polled(.watchLimit) }
        let watch = calls.addWatch(queue, path, .watched)
        if watch >= 0 { return .inotify(watch) }
        switch -watch {
        case ENOSPC, ENOMEM: return .polled(.watchLimit)
        case EACCES, EPERM: return .unreadable
        default: return nil
        }
    }

    private mutating func isRemote(_ device: UInt64) -> Bool {
        if let known = remoteDevices[device] { return known }
        let isRemote = calls.fileSystemName(device).map(MountTable.isRemote) ?? false
        remoteDevices[device] = isRemote
        return isRemote
    }

    private func list(
        _ stream: OpaquePointer, _ descriptor: Int32, _ path: String, wantsStamps: Bool
    ) -> [DirectoryListing.Item] {
        var items: [DirectoryListing.Item] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    String(validatingCString: $0)
                }
            }
            guard let name, name != ".", name != ".." else { continue }
            let type = entry.pointee.d_type
            if let item = item(descriptor, path, name, type: type, wantsStamp: wantsStamps) {
                items.append(item)
            }
        }
        return items
    }

    private func item(
        _ descriptor: Int32, _ directory: String, _ name: String, type: UInt8?, wantsStamp: Bool
    ) -> DirectoryListing.Item? {
        if type == UInt8(DT_DIR) { return .init(name: name, kind: .directory) }
        if type == UInt8(DT_REG), !wantsStamp { return .init(name: name, kind: .file) }
        let path = CanonicalPath.join(directory, name)
        let reference = descriptor == AT_FDCWD ? path : name
        var status = stat()
        guard fstatat(descriptor, reference, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        if isLink, fstatat(descriptor, reference, &status, 0) != 0 { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            guard isLink else { return .init(name: name, kind: .directory) }
            return CanonicalPath.resolve(path).map {
                .init(name: name, kind: .directoryLink($0), isLinked: true)
            }
        case S_IFREG:
            return .init(
                name: name, kind: .file, stamp: wantsStamp ? stamp(status) : nil,
                isLinked: isLink || status.st_nlink > 1)
        default:
            return nil
        }
    }

    private func stamp(_ status: stat) -> FileStamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return FileStamp(status, now: now, granularity: limits.timestampGranularity)
    }

    private func readIgnoreFile(_ directory: Int32) -> [UInt8]? {
        // A FIFO of that name must not hold the thread up.
        let descriptor = openat(directory, ".gitignore", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < limits.ignoreFileBytes {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }
}
