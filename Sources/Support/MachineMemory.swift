internal import Glibc

/// How much memory there is for this process.
package enum MachineMemory {
    /// Bytes that the machine has, or the control group that the process is in where that is less.
    package static let available: Int = {
        let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        return min(controlGroupLimit ?? .max, physical > 0 ? physical : .max)
    }()

    /// The limit that a container sets; `nil` for none.
    private static var controlGroupLimit: Int? {
        guard let groups = text("/proc/self/cgroup"),
            let unified = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
        else { return nil }
        return ["\(unified.dropFirst(3))", ""].lazy
            .compactMap { text("/sys/fs/cgroup\($0)/memory.max") }
            .compactMap { Int($0.split(separator: "\n").first ?? "") }.first
    }

    private static func text(_ path: String) -> String? {
        guard let file = try? File(reading: path), let bytes = try? file.readToEnd(limit: 1 << 16) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
