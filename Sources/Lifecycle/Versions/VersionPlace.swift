package import ModelStore

/// Where a version stands in an environment.
package struct VersionPlace: Encodable, Sendable {
    package let environment: String
    package let isServing: Bool
    package let isHeld: Bool
    /// What people or time have said about it; `nil` when it never had all traffic there.
    package let verdict: Deployment.Standing.Verdict?

    /// `nil` when nothing is known about the version there.
    init?(_ version: VersionNumber, in deployment: Deployment) {
        let standing = deployment.standing(of: version)
        isHeld = deployment.hold(on: version) != nil
        guard standing != nil || isHeld else { return nil }
        environment = deployment.environment
        isServing = deployment.serving?.version == version
        verdict = standing?.verdict
    }
}
