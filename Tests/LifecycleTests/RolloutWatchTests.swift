import Lifecycle
import ModelStore
import Serving
import Support
import Testing

/// When a candidate goes on and when it goes.
struct RolloutWatchTests {
    private func version(_ number: Int) -> VersionReference {
        VersionReference(version: VersionNumber(1, number, 0), digest: Digest(of: [UInt8(number)]))
    }

    /// A deployment in which version 2 comes beside version 1; a step takes a minute and a hundred requests.
    private func deployment(_ strategy: Strategy, stepped: Int = 0) -> Deployment {
        let time = Timestamp(seconds: 1_800_000_000)
        let context = DeploymentContext(actor: "anna", time: time, reason: nil, bakeTime: 3600)
        let rollout = Rollout(strategy, of: version(2), steps: [5, 50, 100], at: time)
        var events: [DeploymentEvent] = [
            .deploy(version(1), skippedChecks: false, signatureChanges: []),
            .rollOut(rollout, skippedChecks: false, signatureChanges: []),
        ]
        events += Array(repeating: .step, count: stepped)
        var last = Deployment.next(
            after: nil,
            environment: "production",
            model: "m",
            event: events.removeFirst(),
            context: context
        )
        for event in events {
            last = Deployment.next(after: last, environment: "production", model: "m", event: event, context: context)
        }
        return last
    }

    private func traffic(
        _ number: Int,
        answered: Int,
        failed: Int = 0,
        inARow: Int = 0,
        copies: Int = 0,
        classes: [String: UInt64] = [:]
    ) -> Traffic {
        Traffic(
            model: "m",
            version: "v1.\(number).0",
            digest: "\(version(number).digest)",
            answered: UInt64(answered),
            failed: UInt64(failed),
            failuresInARow: inARow,
            copies: Traffic.Copies(answered: UInt64(copies)),
            classes: classes
        )
    }

    @Test func aGoodCanaryGoesOnAfterItsTime() {
        var watch = RolloutWatch()
        let first = deployment(.canary)
        #expect(watch.look(at: first, [traffic(1, answered: 500)], at: 10) == .begin)
        let seen = [traffic(1, answered: 5_000), traffic(2, answered: 300)]
        #expect(watch.look(at: first, seen, at: 69) == .wait)
        guard case .advance = watch.look(at: first, seen, at: 70) else {
            Issue.record("a minute and 300 requests are enough")
            return
        }
        // The next step begins with nothing.
        let second = deployment(.canary, stepped: 1)
        #expect(watch.look(at: second, seen, at: 71) == .begin)
        #expect(watch.look(at: second, seen, at: 140) == .wait)
        #expect(watch.note(on: "m")?.hasPrefix("paused") == true)
    }

    @Test func aCandidateFailsTwiceBeforeItGoes() {
        var watch = RolloutWatch()
        let canary = deployment(.canary)
        let half: [String: UInt64] = ["a": 500, "b": 500]
        #expect(watch.look(at: canary, [], at: 0) == .begin)
        func seen(_ times: UInt64, _ classes: [String: UInt64]) -> [Traffic] {
            [
                traffic(1, answered: 1_000 * Int(times), classes: half.mapValues { $0 * times }),
                traffic(2, answered: 200 * Int(times), classes: classes.mapValues { $0 * times }),
            ]
        }
        #expect(watch.look(at: canary, seen(1, ["a": 200]), at: 60) == .begin)
        #expect(watch.note(on: "m")?.contains("looked at once more") == true)
        #expect(watch.look(at: canary, seen(2, ["a": 200]), at: 119) == .wait)
        guard case .abort(let reason) = watch.look(at: canary, seen(2, ["a": 200]), at: 120) else {
            Issue.record("the second failure ends it")
            return
        }
        #expect(reason.contains("other classes are answered"))
    }

    /// A second look is at a time of its own: what was seen in the first does not count again.
    @Test func whatWasAChanceIsForgotten() {
        var watch = RolloutWatch()
        let canary = deployment(.canary)
        #expect(watch.look(at: canary, [], at: 0) == .begin)
        let first = [
            traffic(1, answered: 1_000, classes: ["a": 500, "b": 500]), traffic(2, answered: 200, classes: ["a": 200]),
        ]
        #expect(watch.look(at: canary, first, at: 60) == .begin)
        let second = [
            traffic(1, answered: 2_000, classes: ["a": 1_000, "b": 1_000]),
            traffic(2, answered: 400, classes: ["a": 300, "b": 100]),
        ]
        guard case .advance = watch.look(at: canary, second, at: 120) else {
            Issue.record("100 of 200 are as they should be")
            return
        }
    }

    @Test func fiveFailuresInARowEndItAtOnce() {
        var watch = RolloutWatch()
        let canary = deployment(.canary)
        // What it failed long ago, while it was live, is not held against it.
        let before = [traffic(1, answered: 100), traffic(2, answered: 900, failed: 9, inARow: 9)]
        #expect(watch.look(at: canary, before, at: 0) == .begin)
        #expect(watch.look(at: canary, before, at: 1) == .wait)
        let now = [traffic(1, answered: 200), traffic(2, answered: 900, failed: 14, inARow: 14)]
        guard case .abort(let reason) = watch.look(at: canary, now, at: 2) else {
            Issue.record("five failures in a row are a crash")
            return
        }
        #expect(reason.contains("in a row"))
    }

    /// A shadow and a blue-green candidate wait for a person, however good they are; a bad shadow goes.
    @Test func nobodyIsPromotedWithoutBeingAsked() {
        var watch = RolloutWatch()
        let shadow = deployment(.shadow)
        let same: [String: UInt64] = ["a": 500, "b": 500]
        #expect(watch.look(at: shadow, [], at: 0) == .begin)
        let good = [traffic(1, answered: 1_000, classes: same), traffic(2, answered: 0, copies: 1_000, classes: same)]
        #expect(watch.look(at: shadow, good, at: 60) == .begin)
        #expect(watch.note(on: "m")?.contains("as good as") == true)
        #expect(watch.look(at: deployment(.blueGreen), good, at: 1_000) == .wait)
        #expect(watch.note(on: "m") == nil)
    }
}
