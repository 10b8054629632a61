import ModelStore
import Support
import Testing

/// What becomes of a candidate, by the pure function from one deployment to the next.
struct RolloutTests {
    private func version(_ number: Int) -> VersionReference {
        VersionReference(version: VersionNumber(1, number, 0), digest: Digest(of: [UInt8(number)]))
    }

    /// A history of events, a minute apart, after version 1 has served for a day.
    private func history(_ events: [DeploymentEvent], fromNothing: Bool = false) -> [Deployment] {
        var (deployments, time): ([Deployment], Int64) = ([], 1_800_000_000)
        func happen(_ event: DeploymentEvent) {
            let context = DeploymentContext(actor: "anna", time: Timestamp(seconds: time), reason: nil, bakeTime: 3600)
            deployments.append(
                Deployment.next(
                    after: deployments.last,
                    environment: "production",
                    model: "m",
                    event: event,
                    context: context
                )
            )
        }
        if !fromNothing {
            happen(.deploy(version(1), skippedChecks: false, signatureChanges: []))
            time += 86_400
        }
        for event in events {
            happen(event)
            time += 60
        }
        return deployments
    }

    private func rollOut(_ strategy: Strategy, _ number: Int = 2) -> DeploymentEvent {
        let rollout = Rollout(
            strategy,
            of: version(number),
            steps: [5, 50, 100],
            at: Timestamp(seconds: 1_800_086_400)
        )
        return .rollOut(rollout, skippedChecks: false, signatureChanges: [])
    }

    @Test func aCanaryGrowsAndTakesOver() throws {
        let deployments = history([rollOut(.canary), .step, .promote])
        #expect(deployments.map { $0.routes.map(\.percent) } == [[100], [95, 5], [50, 50], [100]])
        #expect(deployments.map { $0.serving?.version.minor } == [1, 1, 1, 2])
        #expect(deployments.map(\.kind) == [.deploy, .deploy, .step, .promote])
        #expect(deployments.map(\.isRollingOut) == [false, true, true, false])
        #expect(deployments[2].rollout?.step == 1 && deployments[2].rollout?.nextPercent == nil)
        let last = try #require(deployments.last)
        #expect(last.rollout == nil && last.lastGood?.version.minor == 1 && last.lastGood?.isProven == true)
    }

    /// The stable version takes everything back at any step, and the candidate is held.
    @Test(arguments: Strategy.allCases.filter { $0 != .direct })
    func anAbortedCandidateIsHeld(strategy: Strategy) throws {
        let last = try #require(history([rollOut(strategy), .abort(holding: true)]).last)
        #expect(last.routes.map(\.version.minor) == [1] && last.routes[0].percent == 100)
        #expect(last.shadow == nil && last.rollout == nil && !last.isRollingOut)
        #expect(last.held.map(\.version.minor) == [2])
        // It never had the traffic: nobody goes back to it.
        #expect(!last.standing.contains { $0.version.minor == 2 })
    }

    @Test func aShadowGetsNoTraffic() throws {
        let deployments = history([rollOut(.shadow), .promote])
        #expect(deployments[1].routes.map(\.percent) == [100] && deployments[1].shadow == version(2))
        #expect(deployments[2].serving == version(2) && deployments[2].shadow == nil)
    }

    @Test func blueWaitsBesideGreen() throws {
        let deployments = history([rollOut(.blueGreen), .promote])
        #expect(deployments[1].routes.map(\.percent) == [100, 0] && deployments[1].serving == version(1))
        #expect(deployments[2].serving == version(2))
    }

    /// Without a version that has the traffic there is nothing to compare with.
    @Test(arguments: Strategy.allCases.filter { $0 != .direct })
    func theFirstDeploymentIsDirect(strategy: Strategy) throws {
        let first = try #require(history([rollOut(strategy)], fromNothing: true).last)
        #expect(first.serving == version(2) && first.routes.map(\.percent) == [100] && !first.isRollingOut)
    }

    /// Whatever happens, the shares make 100, and what serves is the stable version until the candidate has everything.
    @Test func sharesMakeAHundred() {
        let events: [DeploymentEvent] = [
            rollOut(.canary), .step, .promote, .abort(holding: false), rollOut(.shadow, 3), rollOut(.blueGreen, 4),
            .hold(version(2)),
            .unhold(version(2)), .mark(version(1), isGood: true), .alarm,
            .deploy(version(5), skippedChecks: false, signatureChanges: []),
            .rollback(version(1), holding: true, signatureChanges: []),
        ]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let chosen = (0..<12).compactMap { _ in events.randomElement(using: &generator) }
            for deployment in history(chosen) {
                #expect(deployment.routes.reduce(0) { $0 + $1.percent } == 100)
                #expect(Set(deployment.routes.map(\.version)).count == deployment.routes.count)
                #expect(deployment.isRollingOut == (deployment.rollout != nil))
                #expect(deployment.candidate == nil || deployment.candidate != deployment.serving)
                #expect(deployment.lastGood?.target != deployment.serving || deployment.lastGood == nil)
            }
        }
    }

    @Test(arguments: [[100], [1, 100], [1, 5, 25, 50, 100]])
    func stepsRise(steps: [Int]) { #expect(Rollout.areSteps(steps)) }

    @Test(arguments: [[], [50], [0, 100], [5, 5, 100], [50, 20, 100], [1, 101]])
    func otherStepsAreNone(steps: [Int]) { #expect(!Rollout.areSteps(steps)) }
}
