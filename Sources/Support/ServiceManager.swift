internal import Glibc

/// The manager that has started the process as a service: hears how it goes, and may have opened its sockets.
///
/// Source: sd_notify(3) and sd_listen_fds(3). It is spoken to over a socket whose name stands in the environment.
package struct ServiceManager: Sendable {
    private let address: String?
    /// Sockets that listen already.
    package let listeners: [Int32]
    /// The seconds within which it wants to hear that the process lives, again and again; `nil` where it does not.
    package let watchdog: Double?

    /// What is told of the process.
    package enum State: Sendable, Hashable {
        case ready
        case stopping
        /// It lives.
        case alive
        /// A sentence for whoever asks the manager.
        case status(String)

        fileprivate var assignment: String {
            switch self {
            case .ready: "READY=1"
            case .stopping: "STOPPING=1"
            case .alive: "WATCHDOG=1"
            case .status(let sentence): "STATUS=\(sentence.filter { !$0.isNewline })"
            }
        }
    }

    /// Looks into the environment; what is meant for another process is left alone.
    package init(_ environment: [String: String], process: Int32 = getpid()) {
        func isMeant(_ key: String) -> Bool { environment[key].map { $0 == "\(process)" } ?? true }
        address = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        if environment["LISTEN_PID"] == "\(process)", let count = environment["LISTEN_FDS"].flatMap(Int32.init),
            (1...64).contains(count)
        {
            listeners = Array(3..<3 + count)
        } else {
            listeners = []
        }
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Double.init) ?? 0
        watchdog = microseconds > 0 && isMeant("WATCHDOG_PID") ? microseconds / 1e6 : nil
    }

    /// Tells the manager; one that does not listen is none.
    package func tell(_ states: State...) {
        guard let address else { return }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        // An abstract name begins with a zero byte, for which an @ stands.
        var bytes = Array(address.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else { return }
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { path in
            for (index, byte) in bytes.enumerated() { unsafe path[index] = byte }
        }
        let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2) + socklen_t(bytes.count)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let message = Array(states.map(\.assignment).joined(separator: "\n").utf8)
        unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = unsafe sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), pointer, length)
            }
        }
    }
}
