package import Support

/// How a version came to be.
///
/// None of it is in the package: two machines that train the same model get the same digest.
package struct Provenance: Codable, Hashable, Sendable {
    package let time: Timestamp
    package let actor: String
    /// The name and version of the tool, such as `mlops 0.1.0`.
    package let tool: String
    /// How many threads trained it.
    package var threads: Int?
    /// How long training took.
    package var seconds: Double?
    package var samplesPerSecond: Double?
    /// The commit of the project that it was trained from.
    package var commit: String?
    /// Whether the project had changes that were not committed.
    package var isDirty: Bool?

    package init(time: Timestamp, actor: String, tool: String) {
        self.time = time
        self.actor = actor
        self.tool = tool
    }
}
