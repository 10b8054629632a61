import ModelStore
import Support
import TestSupport
import Testing

/// A short way to replay histories without a store.
private struct Story {
    var deployment: Deployment?
    var time: Int64 = 1_800_000_000

    static func version(_ name: Int) -> VersionReference {
        VersionReference(version: VersionNumber(1, name, 0), digest: Digest(of: [UInt8(name)]))
    }

    mutating func happen(_ event: DeploymentEvent, bake: Int64 = 0, reason: String? = nil) {
        deployment = Deployment.next(
            after: deployment,
            environment: "production",
            model: "fashion",
            event: event,
            context: DeploymentContext(
                actor: "anna",
                time: Timestamp(seconds: time),
                reason: reason,
                bakeTime: 3600
            )
        )
        time += bake
    }

    mutating func deploy(_ name: Int, bake: Int64 = 60) {
        happen(.deploy(Story.version(name), skippedChecks: false, signatureChanges: []), bake: bake)
    }

    /// What the verb does: to the stored last good version.
    mutating func rollback(bake: Int64 = 60) {
        guard let target = deployment?.lastGood?.target else { return }
        happen(.rollback(target, holding: true, signatureChanges: []), bake: bake)
    }

    var serving: Int? { deployment?.serving?.version.minor }
    var lastGood: Int? { deployment?.lastGood?.version.minor }
}

struct DeploymentTests {
    @Test func aGoodBBadRolledBackCBadRolledBackEndsAtA() {
        var story = Story()
        story.deploy(1, bake: 7200)
        story.deploy(2)
        #expect(story.lastGood == 1)
        #expect(story.deployment?.lastGood?.isProven == true)
        story.rollback()
        #expect(story.serving == 1)
        #expect(story.deployment?.held.map(\.version.minor) == [2])
        story.deploy(3)
        #expect(story.lastGood == 1)
        story.rollback()
        #expect(story.serving == 1)
        #expect(story.deployment?.held.map(\.version.minor) == [2, 3])
        #expect(story.lastGood == nil)
    }

    @Test func withoutAGoodVersionTheLatestEarlierOneIsCalledUnproven() {
        var story = Story()
        story.deploy(1)
        #expect(story.lastGood == nil)
        story.deploy(2)
        story.deploy(3)
        #expect(story.lastGood == 2)
        #expect(story.deployment?.lastGood?.isProven == false)
    }

    @Test func anOlderGoodVersionGoesBeforeANewerUnprovenOne() {
        var story = Story()
        story.deploy(1, bake: 3600)
        story.deploy(2)
        story.deploy(3)
        #expect(story.lastGood == 1)
    }

    @Test func anAlarmStopsTheBakeTime() {
        var story = Story()
        story.deploy(1, bake: 1000)
        story.happen(.alarm, bake: 7200)
        story.deploy(2)
        #expect(story.deployment?.lastGood?.isProven == false)
    }

    @Test func theBakeTimeIsNotAddedUpOverStretches() {
        var story = Story()
        story.deploy(1, bake: 3000)
        story.deploy(2, bake: 60)
        story.deploy(1, bake: 3000)
        story.deploy(3)
        #expect(story.deployment?.lastGood?.isProven == false)
    }

    @Test func aMarkByHandCountsAtOnce() {
        var story = Story()
        story.deploy(1)
        story.happen(.mark(Story.version(1), isGood: true), reason: "two shifts, no complaint")
        story.deploy(2)
        #expect(story.deployment?.lastGood?.reason == "marked good by anna, \"two shifts, no complaint\"")
        story.happen(.mark(Story.version(1), isGood: false))
        #expect(story.lastGood == nil)
        #expect(story.deployment?.hold(on: VersionNumber(1, 1, 0)) != nil)
    }

    @Test func aHoldTakesTheLastGoodVersionAway() {
        var story = Story()
        story.deploy(1, bake: 3600)
        story.deploy(2, bake: 3600)
        story.deploy(3)
        #expect(story.lastGood == 2)
        story.happen(.hold(Story.version(2)))
        #expect(story.lastGood == 1)
        #expect(story.serving == 3)
        story.happen(.unhold(Story.version(2)))
        #expect(story.lastGood == 2)
    }

    /// The second bare rollback has nothing to do, until somebody says something against where the first one went.
    @Test func aRollbackIsDoneUntilItsTargetIsObjectedTo() {
        var story = Story()
        for name in 1...3 { story.deploy(name) }
        #expect(story.deployment?.isRolledBack == false)
        story.rollback()
        #expect(story.deployment?.isRolledBack == true)
        for objection in [DeploymentEvent.hold(Story.version(2)), .mark(Story.version(2), isGood: false)] {
            var later = story
            later.happen(objection)
            #expect(later.deployment?.isRolledBack == false)
        }
        story.happen(.mark(Story.version(1), isGood: false))
        #expect(story.deployment?.isRolledBack == true)
    }

    @Test func aHoldKeepsItsReasonThroughARollback() {
        var story = Story()
        for name in 1...2 { story.deploy(name) }
        story.happen(.hold(Story.version(2)), reason: "still wrong")
        story.rollback()
        #expect(story.deployment?.held.map(\.reason) == ["still wrong"])
    }

    /// A summary of an older tool, without the keys that came later.
    @Test func anOlderSummaryIsRead() throws {
        let text = """
            {"revision": 1, "kind": "mark", "version": "v1.0.0", "actor": "anna", "time": "2026-01-01T00:00:00Z",
             "skipped_checks": false}
            """
        let summary = try JSON.decodePlain(Deployment.Summary.self, from: Array(text.utf8), source: "test")
        #expect(summary.subject == nil && summary.verdict == nil && summary.incident == nil)
    }

    @Test func assignmentTagsGetStrictlyLaterTimes() {
        var story = Story()
        var times: [Timestamp] = []
        for name in 1...4 {
            story.deploy(name, bake: 0)
            if let time = story.deployment?.assigned { times.append(time) }
        }
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }

    /// A number that was given offline can be that of another package: what is known of one, is not said of the other.
    @Test func twoPackagesUnderOneNumberAreTwoVersions() {
        var story = Story()
        story.deploy(1, bake: 7200)
        story.deploy(2, bake: 7200)
        let other = VersionReference(version: VersionNumber(1, 1, 0), digest: Digest(of: [99]))
        story.happen(.deploy(other, skippedChecks: false, signatureChanges: []), bake: 60)
        #expect(story.deployment?.standing.first { $0.target == other }?.verdict == .unproven)
        #expect(story.deployment?.lastGood?.target == Story.version(2))
        // A rollback holds the one that it leaves, and no hold on one keeps from going to the other.
        story.happen(.rollback(Story.version(1), holding: true, signatureChanges: []))
        #expect(story.deployment?.held.map(\.digest) == [other.digest])
        story.happen(.deploy(Story.version(2), skippedChecks: false, signatureChanges: []))
        #expect(story.deployment?.lastGood?.target == Story.version(1))
        story.happen(.mark(other, isGood: false))
        #expect(story.deployment?.standing.first { $0.target == Story.version(1) }?.verdict == .good)
        story.happen(.deploy(Story.version(2), skippedChecks: false, signatureChanges: []))
        #expect(story.deployment?.standing.count == 3)
    }

    @Test func memoryIsBoundedAndKeepsTheGood() {
        var story = Story()
        story.deploy(1, bake: 3600)
        for name in 2...200 { story.deploy(name) }
        #expect(story.deployment?.standing.count == Deployment.standingLimit)
        #expect(story.deployment?.recent.count == Deployment.recentLimit)
        #expect(story.lastGood == 1)
    }

    /// Over random histories: never to a held or bad version, never to the one that serves, to a good one if any.
    @Test(arguments: 0..<200)
    func lastGoodIsNeverHeldBadOrServing(seed: Int) {
        let random = CounterRandom(seed: UInt64(seed), stream: 0)
        var story = Story()
        for step in 0..<60 {
            let index = UInt64(step)
            let name = 1 + random.integer(at: 4 * index, below: 6)
            let bake = random.integer(at: 4 * index + 1, below: 3) == 0 ? 4000 : 10
            switch random.integer(at: 4 * index + 2, below: 8) {
            case 0, 1,
                2 where story.deployment?.hold(on: VersionNumber(1, name, 0)) == nil:
                story.deploy(name, bake: Int64(bake))
            case 3: story.rollback(bake: Int64(bake))
            case 4: story.happen(.hold(Story.version(name)))
            case 5: story.happen(.unhold(Story.version(name)))
            case 6: story.happen(.mark(Story.version(name), isGood: random.bits(at: 4 * index + 3) & 1 == 0))
            default: story.happen(.alarm)
            }
            guard let deployment = story.deployment else { continue }
            let candidates = deployment.standing.filter { entry in
                entry.verdict == .good && entry.version != deployment.serving?.version
                    && deployment.hold(on: entry.version) == nil
            }
            if let lastGood = deployment.lastGood {
                #expect(deployment.hold(on: lastGood.version) == nil)
                #expect(lastGood.version != deployment.serving?.version)
                #expect(deployment.standing.first { $0.version == lastGood.version }?.verdict != .bad)
                #expect(lastGood.isProven == !candidates.isEmpty)
            } else {
                #expect(candidates.isEmpty)
            }
        }
    }
}
