internal import ArgumentParser
internal import Lifecycle
internal import ModelStore

/// `direct`, `canary`, `blue_green` or `shadow` on the command line.
struct StrategyArgument: ExpressibleByArgument, Sendable {
    let strategy: Strategy

    init?(argument: String) {
        // People write it with a hyphen, too.
        guard let strategy = Strategy(rawValue: argument.replacing("-", with: "_")) else { return nil }
        self.strategy = strategy
    }

    static var allValueStrings: [String] { Strategy.allCases.map(\.rawValue) }
}

/// The shares of a canary on the command line: `1,5,25,50,100`.
struct StepsArgument: ExpressibleByArgument, Sendable {
    let shares: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        let shares = parts.compactMap { $0 }
        guard shares.count == parts.count, Rollout.areSteps(shares) else { return nil }
        self.shares = shares
    }
}

/// `golden`, `health` or `none` on the command line.
struct VerificationArgument: ExpressibleByArgument, Sendable {
    let verification: Verification

    init(_ verification: Verification) { self.verification = verification }

    init?(argument: String) {
        guard let verification = Verification(rawValue: argument) else { return nil }
        self.verification = verification
    }

    var defaultValueDescription: String { verification.rawValue }

    static var allValueStrings: [String] { Verification.allCases.map(\.rawValue) }
}
