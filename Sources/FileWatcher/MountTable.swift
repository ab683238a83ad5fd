import Glibc

/// What the kernel says about mounted file systems, proc_pid_mountinfo(5).
enum MountTable {
    /// The type of the file system on a device, such as `ext4`; nil if the table does not name the device.
    static func fileSystemName(device: UInt64) -> String? {
        let descriptor = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var table: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            table.append(contentsOf: chunk[..<count])
        }
        return fileSystemName(device: device, in: String(decoding: table, as: UTF8.self))
    }

    /// The same, from the table's text.
    static func fileSystemName(device: UInt64, in table: String) -> String? {
        // The split of a device number as glibc's gnu_dev_major and gnu_dev_minor make it.
        let major = (device >> 8 & 0xFFF) | (device >> 32 & 0xFFFF_F000)
        let minor = (device & 0xFF) | (device >> 12 & 0xFFFF_FF00)
        let number = "\(major):\(minor)"
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 4, fields[2] == number, let dash = fields.firstIndex(of: "-"),
                dash + 1 < fields.count
            else { continue }
            return String(fields[dash + 1])
        }
        return nil
    }

    /// Whether changes made by other machines, or by the host of a virtual one, raise no inotify event here.
    static func isRemote(_ fileSystem: String) -> Bool {
        // `fuse.…` also stands for sshfs and for what Docker Desktop and VMware mount; `9p` for WSL's Windows drives.
        remote.contains(fileSystem) || fileSystem.hasPrefix("fuse.")
    }

    private static let remote: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "ceph", "afs",
        "drvfs", "fuse",
    ]
}
