internal import NIOSSL

/// TLS 1.2 or newer: who the server is, and which callers it knows.
package struct TransportSecurity: Sendable {
    let context: NIOSSLContext

    /// Why a certificate or key cannot be used; the sentence names no secret.
    package enum Failure: Error, Hashable {
        case certificate
        case key
        /// The key is not that of the certificate.
        case pair
        case authorities
    }

    /// Takes a chain of certificates, the server's first, and its private key, all in PEM; with `authorities`, callers must bring a certificate that one of these has signed.
    ///
    /// Throws ``Failure``.
    package init(certificate: [UInt8], key: [UInt8], authorities: [UInt8]? = nil) throws(Failure) {
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(certificate), !chain.isEmpty else {
            throw .certificate
        }
        guard let key = try? NIOSSLPrivateKey(bytes: key, format: .pem) else { throw .key }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        if let authorities {
            guard let roots = try? NIOSSLCertificate.fromPEMBytes(authorities), !roots.isEmpty else {
                throw .authorities
            }
            configuration.trustRoots = .certificates(roots)
            // A caller is known by who has signed its certificate; it has no name here.
            configuration.certificateVerification = .noHostnameVerification
        }
        guard let context = try? NIOSSLContext(configuration: configuration) else { throw .pair }
        self.context = context
    }
}
