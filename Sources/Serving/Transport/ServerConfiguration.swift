/// How a server is set up.
package struct ServerConfiguration: Sendable {
    /// What it calls itself: the tool's name.
    package var name = "mlops"
    /// The tool's version.
    package var release: String
    package var limits = Limits()
    /// Of how many requests each event loop keeps what was asked and answered until ``InferenceServer/takeAnswered()``; 0 for none.
    package var recordedRequests = 0
    /// What a caller must bring as `Authorization: Bearer …`; `nil` lets everybody in.
    package var token: [UInt8]?
    /// What a caller must bring to load and unload models; without one nobody can.
    package var adminToken: [UInt8]?
    /// The names of hosts that a request may be for, so that no web page can send any here by a name of its own; `nil` for all.
    package var allowedHosts: Set<String>?

    /// With which certificate it speaks TLS; `nil` for plain connections.
    package var security: TransportSecurity?

    var access: Access { Access(self) }

    package init(release: String) { self.release = release }
}
