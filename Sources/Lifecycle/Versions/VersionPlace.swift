package import ModelStore

/// Where a version stands in an environment.
package struct VersionPlace: Encodable, Sendable {
    package let environment: String
    package let isServing: Bool
    package let isHeld: Bool
    /// What people or time have said about it; `nil` when it never had all traffic there.
    package let verdict: Deployment.Standing.Verdict?

    /// `nil` when nothing is known about the version there.
    init?(_ version: VersionReference, in deployment: Deployment) {
        self.init(
            deployment.standing(of: version),
            deployment.hold(on: version),
            isServing: deployment.serving == version,
            in: deployment
        )
    }

    /// Where what has a number stands; `nil` when nothing is known about it there.
    init?(_ number: VersionNumber, in deployment: Deployment) {
        self.init(
            deployment.standing(of: number),
            deployment.hold(on: number),
            isServing: deployment.serving?.version == number,
            in: deployment
        )
    }

    private init?(
        _ standing: Deployment.Standing?,
        _ hold: Deployment.Hold?,
        isServing: Bool,
        in deployment: Deployment
    ) {
        guard standing != nil || hold != nil else { return nil }
        environment = deployment.environment
        self.isServing = isServing
        isHeld = hold != nil
        verdict = standing?.verdict
    }
}
