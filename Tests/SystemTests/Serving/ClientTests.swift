import Foundation
import TestSupport
import Testing

/// Clients that others have written, and what they get.
@Suite(.timeLimit(.minutes(60)))
struct ClientTests {
    /// Triton's clients, over HTTP and gRPC at one port, in threads and in coroutines.
    @Test func tritonsClientsAreAnswered() throws {
        let project = try Project()
        let served = try ServedProject("--fixture identity --fixture simple", in: project)
        let judge = URL(filePath: #filePath).appending(path: "../../Fixtures/triton-clients.py").standardized.path()
        let finished = try project.shell(
            "timeout 120 '\(Judges.ofServers)/python' '\(judge)' 127.0.0.1:\(served.port)"
        )
        let lines = finished.output.split(separator: "\n")
        #expect(finished.status == 0 && lines.last == "done", "\(finished)")
        #expect(lines.filter { $0.hasPrefix("WRONG") } == [])
        #expect(lines.count >= 40)
    }

    /// A certificate and its key, signed by an authority of the project's own.
    private func makeCertificates(_ project: Project) throws {
        try project.shell(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority \
              -keyout authority.key -out authority.pem 2>/dev/null
            for name in server caller; do
              openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name -keyout $name.key -out $name.csr 2>/dev/null
              echo 'subjectAltName=DNS:localhost,IP:127.0.0.1' > names
              openssl x509 -req -days 2 -in $name.csr -CA authority.pem -CAkey authority.key -CAcreateserial -extfile names \
                -out $name.pem 2>/dev/null
            done
            """
        )
    }

    /// TLS 1.2 and newer, over HTTP/1 and HTTP/2, and not without a certificate where callers need one.
    @Test func connectionsAreSecured() throws {
        let project = try Project()
        try makeCertificates(project)
        let tls = "--tls-cert server.pem --tls-key server.key"
        let served = try ServedProject("--fixture simple \(tls)", in: project)
        let address = "https://localhost:\(served.port)/v2/health/ready"
        func curl(_ options: String, _ address: String) throws -> Finished {
            try project.shell(
                "curl -s --max-time 20 --cacert authority.pem \(options) -w ' %{http_version}' '\(address)'"
            )
        }
        #expect(try curl("", address).output == #"{"live":true,"ready":true} 2"#)
        #expect(try curl("--http1.1", address).output == #"{"live":true,"ready":true} 1.1"#)
        #expect(try curl("--tlsv1.2 --tls-max 1.2", address).output == #"{"live":true,"ready":true} 2"#)
        // A client that speaks nothing newer is not met, even where its own rules would let it.
        let old = try project.shell(
            "openssl s_client -connect 127.0.0.1:\(served.port) -tls1_1 -cipher 'ALL:@SECLEVEL=0' < /dev/null 2>&1"
        )
        #expect(old.output.contains("Cipher is (NONE)"), "\(old)")
        let plain = try project.shell("curl -s --max-time 5 'http://localhost:\(served.port)/v2/health/ready'")
        #expect(plain.status != 0 && plain.output == "")

        // The certificate is renewed while it runs.
        try makeCertificates(project)
        try served.running.waitFor { try curl("", address).output == #"{"live":true,"ready":true} 2"# }

        let closed = try ServedProject(
            "--fixture simple --host 0.0.0.0 \(tls) --tls-client-ca authority.pem --allowed-host localhost",
            in: project
        )
        let mutual = "https://localhost:\(closed.port)/v2/models/simple/ready"
        #expect(try curl("", mutual).status != 0)
        #expect(try curl("--cert caller.pem --key caller.key", mutual).output == #"{"name":"simple","ready":true} 2"#)
    }

    @Test func whatIsNoCertificateIsNamed() throws {
        let project = try Project()
        try makeCertificates(project)
        try project.fail("serve --fixture simple --tls-cert server.pem", with: 64)
        let swapped = try project.fail(
            "serve --fixture simple --port 0 --tls-cert server.pem --tls-key caller.key",
            with: 64
        )
        #expect(swapped.contains("is not the key of the certificate"), "\(swapped)")
        let noKey = try project.fail(
            "serve --fixture simple --port 0 --tls-cert server.pem --tls-key server.pem",
            with: 64
        )
        #expect(noKey.contains("holds no private key"), "\(noKey)")
        try project.fail("serve --fixture simple --port 0 --tls-cert none.pem --tls-key server.key", with: 14)
    }

    /// What a service manager hears, and the socket that it hands over.
    @Test func aServiceManagerIsTold() throws {
        let project = try Project()
        let manager = URL(filePath: #filePath).appending(path: "../../Fixtures/service-manager.py").standardized.path()
        let finished = try project.shell("timeout 60 python3 '\(manager)' '\(Binary.path)' serve --fixture simple")
        #expect(finished.status == 0, "\(finished)")
        #expect(finished.output == "READY=1\nalive\n200\nSTOPPING=1\n0\n", "\(finished)")
    }
}
