import Foundation
import Support
import TestSupport
import Testing

/// The same store over a path, over HTTP and over ssh, by servers of others.
@Suite(.timeLimit(.minutes(60)))
struct TransportTests {
    /// Deploys, registers and rolls back between two machines that know the remote by `address`.
    private func live(_ shared: SharedStore, _ address: String, _ environment: [String: String]) throws {
        let (anna, bert) = (try shared.machine("anna", cloned: false), try shared.machine("bert", cloned: false))
        for machine in [anna, bert] {
            #expect(try machine.mlops("clone \(address) -q", environment: environment).status == 0)
        }
        func run(_ machine: Machine, _ line: String) throws -> String {
            try machine.succeed(line, environment: environment)
        }
        try Data(CounterRandom(seed: 4, stream: 2).bytes(9_000_000)).write(to: URL(filePath: "\(anna.path)/large.bin"))
        #expect(try run(anna, "register large.bin --model m").contains("m@v1.1.0"))
        _ = try run(bert, "get m@v1.1.0 --to got")
        #expect(try Shell.run("cmp anna/large.bin bert/got/large.bin", in: shared.scratch.path).status == 0)
        _ = try run(bert, "deploy m@v1.0.0 --env production")
        _ = try run(anna, "deploy m@v1.1.0 --env production")
        #expect(try run(bert, "rollback production").contains("v1.1.0 -> v1.0.0"))
        #expect(try run(anna, "status").contains("production  m v1.0.0"))
        #expect(try run(anna, "remote check --probe").contains("2 versions, all there"))
        #expect(try shared.git("for-each-ref refs/heads/mlops-check").output == "")
        try shared.expectClean(anna, bert)
    }

    @Test func overHTTPWithAToken() throws {
        let shared = try SharedStore()
        let server = try HTTPServer(shared, token: "s3cret")
        defer { server.stop() }
        let token = ["MLOPS_TOKEN": "s3cret"]
        try live(shared, server.address, token)
        let anna = try shared.machine("anna", cloned: false)
        // Without it, or with a wrong one, nobody is let in, nobody is asked, and no secret is shown or kept.
        for environment in [[:], ["MLOPS_TOKEN": "wr0ng"]] {
            let said = try anna.mlops("register large.bin --model other", environment: environment)
            #expect(said.status == 15 && said.errors.contains("does not let us in"), "\(said)")
            #expect(!said.errors.contains("wr0ng"))
        }
        #expect(try anna.shell("grep -r s3cret . | head -1").output == "")
    }

    /// The line breaks in the middle of an answer.
    @Test func aBrokenLineLosesNothing() throws {
        let shared = try SharedStore(versions: 2)
        let server = try HTTPServer(shared)
        defer { server.stop() }
        let bert = try shared.machine("bert", cloned: false)
        try bert.succeed("clone \(server.address) -q")
        try bert.succeed("deploy m@v1.0.0 --env production")
        try shared.scratch.write("cut", "40")
        let broken = try bert.mlops("get m@v1.1.0 --to got")
        #expect(broken.status == 1 && broken.errors.contains("error: "), "\(broken)")
        // The answer to a push is lost: what has arrived is seen by asking, and is no failure.
        try shared.scratch.write("cut", "0")
        let hold = try bert.mlops("hold m@v1.1.0 --env production")
        try FileManager.default.removeItem(atPath: shared.scratch("cut"))
        #expect(hold.status == 1 || hold.status == 0, "\(hold)")
        try bert.succeed("hold m@v1.1.0 --env production")
        #expect(try bert.succeed("status").contains("held: v1.1.0"))
        try bert.succeed("get m@v1.1.0 --to got")
        // Nobody answers at all.
        server.stop()
        let gone = try bert.fail("hold m@v1.0.0 --env production", with: 1)
        #expect(gone.contains("cannot be reached") && gone.contains("--offline"))
        let status = try bert.succeed("status")
        #expect(status.contains("NOT REACHED") && status.contains("production  m v1.0.0"))
        try shared.expectClean(bert)
    }

    @Test(.enabled(if: SSHServer.isInstalled && geteuid() == 0, "needs sshd, and root to run it"))
    func overSSH() throws {
        let shared = try SharedStore()
        let server = try SSHServer(shared)
        defer { server.stop() }
        try live(shared, server.address, server.environment)
        // An unknown host key is not accepted in silence.
        let stranger = try shared.machine("stranger", cloned: false)
        let said = try stranger.mlops("clone \(server.address) -q", environment: server.environmentOfAStranger)
        #expect(said.status == 15 && said.errors.contains("does not let us in"), "\(said)")
    }
}

/// `git http-backend` behind a small server.
private final class HTTPServer {
    private let running: Running
    let address: String

    init(_ shared: SharedStore, token: String? = nil) throws {
        let script = URL(filePath: #filePath).appending(path: "../Fixtures/git-http-server.py").standardized.path()
        let port = shared.scratch("port")
        try shared.git("config http.receivepack true")
        let host = try shared.machine("host", cloned: false)
        running = try Running("python3 '\(script)' '\(shared.scratch.path)' '\(port)' \(token ?? "")", on: host)
        try running.waitFor { FileManager.default.fileExists(atPath: port) }
        address = "http://127.0.0.1:\(try String(contentsOfFile: port, encoding: .utf8))/remote.git"
    }

    func stop() { running.stop() }
}

/// A server of OpenSSH on a port of its own.
private final class SSHServer {
    static let isInstalled = FileManager.default.fileExists(atPath: "/usr/sbin/sshd")

    private let running: Running
    private let folder: String
    let address: String
    var environment: [String: String] {
        [
            "GIT_SSH_COMMAND":
                "ssh -F /dev/null -i '\(folder)/key' -o UserKnownHostsFile='\(folder)/known' -o BatchMode=yes"
        ]
    }
    var environmentOfAStranger: [String: String] {
        ["GIT_SSH_COMMAND": "ssh -F /dev/null -i '\(folder)/key' -o UserKnownHostsFile=/dev/null -o BatchMode=yes"]
    }

    init(_ shared: SharedStore) throws {
        folder = shared.scratch("ssh")
        let port = 20_000 + Int(getpid()) % 20_000
        let made = try Shell.run(
            """
            mkdir -p '\(folder)' /run/sshd && cd '\(folder)' && ssh-keygen -q -t ed25519 -N '' -f key && ssh-keygen -q -t ed25519 -N '' -f host
            cp key.pub authorized && chmod 600 authorized && echo "[127.0.0.1]:\(port) $(cut -d' ' -f1,2 host.pub)" > known
            printf 'Port \(port)\\nListenAddress 127.0.0.1\\nHostKey \(folder)/host\\nAuthorizedKeysFile \(folder)/authorized\\nStrictModes no\\nUsePAM no\\nPidFile none\\nPasswordAuthentication no\\nPermitRootLogin yes\\n' > config
            """
        )
        #expect(made.status == 0, "\(made)")
        let host = try shared.machine("host", cloned: false)
        running = try Running("/usr/sbin/sshd -D -e -f '\(folder)/config'", on: host)
        address = "ssh://root@127.0.0.1:\(port)\(shared.remote)"
        let ready =
            "ssh -F /dev/null -i '\(folder)/key' -o UserKnownHostsFile='\(folder)/known' -o BatchMode=yes -p \(port) root@127.0.0.1 true"
        try running.waitFor { try Shell.run(ready).status == 0 }
    }

    func stop() { running.stop() }
}
