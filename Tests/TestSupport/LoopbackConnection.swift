import Foundation
import Glibc

/// A connection to a server on this machine, over which a test sends what it likes, from one thread at a time.
public final class LoopbackConnection: @unchecked Sendable {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// What cannot be done with a socket.
    public struct Trouble: Error { let what: String }

    /// What a server has answered.
    public struct Answer {
        public let status: Int
        /// By their names in small letters.
        public let headers: [String: String]
        public let body: [UInt8]

        public var text: String { String(decoding: body, as: UTF8.self) }

        /// The body as an object of JSON.
        public var json: [String: Any] {
            get throws { try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:] }
        }
    }

    public init(port: Int, patience: Int = 20) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Trouble(what: "socket") }
        var time = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw Trouble(what: "connect: \(errno)")
        }
    }

    deinit { close(descriptor) }

    /// Sends bytes as they are; gives whether the server took them all.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Says that nothing more will come.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends a request and gives its answer.
    public func ask(
        _ method: String,
        _ path: String,
        headers: [(String, String)] = [],
        body: [UInt8]? = nil
    ) throws -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        send(Array("\(head)\r\n".utf8) + (body ?? []))
        guard let answer = try read(isHead: method == "HEAD") else { throw Trouble(what: "the server has closed") }
        return answer
    }

    public func post(_ path: String, _ json: String, headers: [(String, String)] = []) throws -> Answer {
        try ask("POST", path, headers: [("Content-Type", "application/json")] + headers, body: Array(json.utf8))
    }

    public func get(_ path: String, headers: [(String, String)] = []) throws -> Answer {
        try ask("GET", path, headers: headers)
    }

    /// The next answer; `nil` when the server has closed the connection without one.
    public func read(isHead: Bool = false) throws -> Answer? {
        var end = received.firstRange(of: Array("\r\n\r\n".utf8))
        while end == nil {
            guard try receive() else { return nil }
            end = received.firstRange(of: Array("\r\n\r\n".utf8))
        }
        guard let end else { return nil }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        received.removeSubrange(..<end.upperBound)
        let length = isHead ? 0 : Int(headers["content-length"] ?? "0") ?? 0
        while received.count < length {
            guard try receive() else { throw Trouble(what: "the answer ends too early") }
        }
        let body = Array(received.prefix(length))
        received.removeFirst(length)
        let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        // What only says that the body may come, is no answer.
        return status == 100 ? try read(isHead: isHead) : Answer(status: status, headers: headers, body: body)
    }

    /// Whether the server has ended the connection.
    public func isClosed() -> Bool { (try? receive()) == false }

    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else {
            if errno == ECONNRESET { return false }
            throw Trouble(what: "nothing came")
        }
        received += buffer[..<count]
        return count > 0
    }
}
