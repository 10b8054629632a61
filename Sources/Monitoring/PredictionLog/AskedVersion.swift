/// A version as requests met it: under a revision of its environment.
package struct AskedVersion: Sendable, Hashable {
    package let model: String
    /// As people name it: `v1.2.0`.
    package let version: String
    package let digest: String
    /// The revision that had dealt the traffic; 0 where no environment was served.
    package let revision: Int

    package init(model: String, version: String, digest: String, revision: Int) {
        self.model = model
        self.version = version
        self.digest = digest
        self.revision = revision
    }
}
