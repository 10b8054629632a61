/// Which version of which model: what is counted stays under it when the version has long left memory.
package final class VersionName: Sendable {
    package let model: String
    /// As people name it: `v1.2.0`.
    package let version: String
    /// What it is, whatever its number; empty for fixtures.
    package let digest: String
    /// How answers name it: `fashion@v1.2.0`.
    package let title: String
    /// The names of the classes that it tells apart, in the order of their numbers; empty where there are none.
    package let classes: [String]

    package init(model: String, version: String, digest: String, classes: [String] = []) {
        self.model = model
        self.version = version
        self.digest = digest
        self.classes = classes
        title = "\(model)@\(version)"
    }

    /// Whether it is the version that a path names: `v1.2.0` or `1.2.0`.
    func isNamed(_ name: String) -> Bool {
        version == name || (version.utf8.first == UInt8(ascii: "v") && version.dropFirst() == name)
    }
}

/// A version of a model that is in memory and answers.
package final class LoadedVersion: Sendable {
    package let name: VersionName
    package let servable: any ServableModel
    /// The seconds that one row alone takes, as measured when it was loaded.
    package let secondsPerRow: Double

    package init(_ name: VersionName, _ servable: any ServableModel, secondsPerRow: Double) {
        self.name = name
        self.servable = servable
        self.secondsPerRow = secondsPerRow
    }
}
