internal import ModelStore
internal import Serving
internal import Support

/// The files of a server's certificate, which are looked at again and again: certificates are renewed while servers run.
struct CertificateFiles {
    private let certificate: String
    private let key: String
    private let authorities: String?
    private var stamps: [FileStamp?] = []

    init(certificate: String, key: String, authorities: String?) {
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
        stamps = seen
    }

    private var seen: [FileStamp?] { ([certificate, key] + [authorities].compactMap { $0 }).map(FileSystem.stamp) }

    /// Reads the files.
    ///
    /// Throws ``StoreError`` (64) for files that are no certificate and its key, and what keeps them from being read.
    func read() throws -> TransportSecurity {
        func bytes(_ path: String) throws -> [UInt8] { try FileSystem.read(path, limit: 1 << 20) }
        let chain = try bytes(certificate)
        let secret = try bytes(key)
        let known = try authorities.map(bytes)
        do throws(TransportSecurity.Failure) {
            return try TransportSecurity(certificate: chain, key: secret, authorities: known)
        } catch {
            let (message, hint) =
                switch error {
                case .certificate:
                    ("`\(certificate)` holds no certificate", "expected PEM: -----BEGIN CERTIFICATE-----")
                case .key: ("`\(key)` holds no private key", "expected PEM: -----BEGIN PRIVATE KEY-----, not encrypted")
                case .pair:
                    (
                        "`\(key)` is not the key of the certificate in `\(certificate)`",
                        "name the two that belong together"
                    )
                case .authorities:
                    (
                        "`\(authorities ?? "")` holds no certificate",
                        "expected those that sign the callers' certificates, in PEM"
                    )
                }
            throw StoreError(.usage, message, hints: [hint])
        }
    }

    /// What the files hold since they have changed; `nil` while they are what they were, or not whole yet.
    mutating func renewed() -> TransportSecurity? {
        let now = seen
        guard now != stamps, let security = try? read() else { return nil }
        stamps = now
        return security
    }
}
