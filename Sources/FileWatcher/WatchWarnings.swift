import Glibc
import Logging

/// Says once what limits the watching, and what to do about it.
struct WatchWarnings {
    private enum Topic: Hashable { case watches, instances, remote, directories, polled, pins }

    private let logger: Logger
    private let limits: FileWatcherLimits
    private var told: Set<Topic> = []

    init(logger: Logger, limits: FileWatcherLimits) {
        self.logger = logger
        self.limits = limits
    }

    /// The kernel gives no inotify descriptor.
    mutating func noQueue(_ code: Int32) {
        guard isNew(.instances) else { return }
        // The watch limit is not to blame then.
        told.insert(.watches)
        let advice =
            code == EMFILE
            ? "the limit fs.inotify.max_user_instances (or of open files) is reached; raise it with: "
                + "sudo sysctl fs.inotify.max_user_instances=\(Self.raised("max_user_instances", to: 1_024))"
            : String(cString: strerror(code))
        logger.warning(
            "cannot use inotify: \(advice). Until then all folders are polled every \(limits.pollInterval)")
    }

    mutating func warn(_ warning: WatchTree.Warning) {
        switch warning {
        case .watchLimit(let path):
            guard isNew(.watches) else { return }
            logger.warning(
                """
                the limit fs.inotify.max_user_watches is reached; raise it with: \
                sudo sysctl fs.inotify.max_user_watches=\(Self.raised("max_user_watches", to: 524_288)) \
                Until then \(path) and further folders are polled every \(limits.pollInterval)
                """)
        case .remoteFileSystem(let path):
            guard isNew(.remote) else { return }
            logger.notice(
                """
                \(path) lies on a network or shared file system, which does not tell of changes; \
                it is polled every \(limits.pollInterval)
                """)
        case .tooManyDirectories(let path):
            guard isNew(.directories) else { return }
            logger.warning(
                """
                more folders than can be watched (\(limits.directories), of them \(limits.linkedFolders) through \
                links): \(path) and further ones are not; leave some out with --ignore
                """)
        case .tooManyPolled(let path):
            guard isNew(.polled) else { return }
            logger.warning(
                """
                more than \(limits.polledDirectories) folders need polling: \(path) and further ones are not \
                watched; leave some out with --ignore
                """)
        case .tooManyPins:
            guard isNew(.pins) else { return }
            logger.warning(
                "more than \(limits.pinnedFiles) loaded files: further ones are watched where their folder is only"
            )
        case .unreadable(let path):
            logger.debug("\(path) may not be read and is not watched")
        }
    }

    private mutating func isNew(_ topic: Topic) -> Bool { told.insert(topic).inserted }

    /// A value above the present one, at least `minimum`.
    private static func raised(_ setting: String, to minimum: Int) -> Int {
        let descriptor = open("/proc/sys/fs/inotify/\(setting)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return minimum }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        let digits = bytes.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }
        let present = Int(String(decoding: digits, as: UTF8.self)) ?? 0
        let (doubled, overflows) = present.multipliedReportingOverflow(by: 2)
        return max(minimum, overflows ? present : doubled)
    }
}
