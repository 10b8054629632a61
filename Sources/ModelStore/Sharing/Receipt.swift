package import Support

/// What a follower says that it serves: `receipt.json` on its branch, `followers/<environment>/<follower>`.
///
/// It travels with the ledgers, so that whoever deploys sees it through the remote, whatever stands between the two machines.
package struct Receipt: JSONDocument, Hashable {
    package static let schema = Schema("receipt", 1)

    /// What it serves of one model.
    package struct Served: Codable, Hashable, Sendable {
        package let model: String
        /// The last revision that moved traffic, which it has obeyed or tried to.
        package let revision: Int
        /// What it serves now; `nil` when it serves nothing.
        package let version: VersionReference?
        /// How many golden rows gave the stored outputs, and how many there are; `nil` when there are none.
        package let goldenAgree: Int?
        package let goldenTotal: Int?
        /// Why it does not serve what it should.
        package let problem: String?
        /// The versions that lie there, whole and loadable: a rollback to one of them needs no network.
        package let ready: [VersionReference]
        /// What it has seen of the candidate of a rollout; `nil` where there is none, or nothing to say.
        package let note: String?

        package init(
            model: String,
            revision: Int,
            version: VersionReference?,
            goldenAgree: Int?,
            goldenTotal: Int?,
            problem: String?,
            ready: [VersionReference],
            note: String? = nil
        ) {
            self.model = model
            self.revision = revision
            self.version = version
            self.goldenAgree = goldenAgree
            self.goldenTotal = goldenTotal
            self.problem = problem
            self.ready = ready
            self.note = note
        }

        /// Whether it does what a deployment says.
        package func confirms(_ deployment: Deployment) -> Bool {
            revision >= deployment.lastMove.revision && version == deployment.serving && problem == nil
        }
    }

    package let environment: String
    package let follower: String
    package let host: String
    /// Where it makes the environment real.
    package let place: String
    package let tool: String
    package let time: Timestamp
    /// Whether it has ended on purpose, and is not to be waited for.
    package let hasLeft: Bool
    package let models: [Served]

    package init(
        environment: String,
        follower: String,
        host: String,
        place: String,
        tool: String,
        time: Timestamp,
        hasLeft: Bool,
        models: [Served]
    ) {
        self.environment = environment
        self.follower = follower
        self.host = host
        self.place = place
        self.tool = tool
        self.time = time
        self.hasLeft = hasLeft
        self.models = models
    }

    /// The last word of a follower that is gone for good.
    package func leaving(at time: Timestamp) -> Receipt {
        Receipt(
            environment: environment,
            follower: follower,
            host: host,
            place: place,
            tool: tool,
            time: time,
            hasLeft: true,
            models: models
        )
    }

    /// Whether it says the same, whenever that was.
    func saysTheSame(as other: Receipt) -> Bool {
        (environment, follower, host, place) == (other.environment, other.follower, other.host, other.place)
            && hasLeft == other.hasLeft && models == other.models && tool == other.tool
    }

    /// What it serves of a model; `nil` when it has never served it.
    package func served(_ model: String) -> Served? { models.first { $0.model == model } }
}

extension Receipt {
    /// The name of this machine.
    package static var thisHost: String { hostName() }
}
