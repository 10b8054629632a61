internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
package import Support

/// Says in what two models differ: how they were made, what is in them, and what they answer.
package struct DiffModels: Sendable {
    /// `MODEL@VERSION`, or `run:3`.
    package var old: String
    package var new: String

    package init(old: String, new: String) {
        self.old = old
        self.new = new
    }

    /// One of the two.
    package struct Side: Encodable, Sendable {
        package let model: String
        /// As a person calls it: `fashion v1.2.0`, or `run 3`.
        package let title: String
        /// What to type to mean it.
        package let reference: String
        /// `nil` for a run.
        package let digest: Digest?
        /// `network`, or `files` for a model of another framework.
        package let kind: String

        init(_ side: ComparedModel) {
            (model, title, reference, digest) = (side.model, side.title, side.reference, side.digest)
            kind = side.kind.rawValue
        }
    }

    /// A figure of both.
    package struct MetricLine: Encodable, Sendable {
        package let name: String
        package let from: Double?
        package let to: Double?
        /// `to` minus `from`.
        package let difference: Double?
    }

    /// Where they differ.
    package struct Report: Encodable, Sendable {
        package let from: Side
        package let to: Side
        package let recipe: [SettingChange]
        /// Why the recipes cannot be compared; `nil` when they can.
        package let recipeProblem: String?
        /// Digests of the files with the rows.
        package let data: [SettingChange]
        /// `nil` where one of them is no network.
        package let features: FeatureChanges?
        /// What a caller would notice.
        package let signature: [String]
        package let metrics: [MetricLine]
        /// What the metrics were measured on.
        package let metricsFrom: String?
        package let metricsTo: String?
        package let members: MemberChanges
        /// `nil` for the most probable class.
        package let decisionFrom: DecisionLine?
        package let decisionTo: DecisionLine?
        package let decisionDiffers: Bool
        /// The golden rows of the second, put to both; `nil` when that was not possible.
        package let goldenRows: AnswerChanges?
        /// Why not.
        package let goldenRowsProblem: String?
        /// Whether they were made in different ways, as far as one can tell.
        package let recipeDiffers: Bool
        /// Whether they answer differently, as far as one can tell.
        package let behaviourDiffers: Bool
    }

    /// Throws ``StoreError``: no such version or run (14), a damaged one (12).
    package func run(in invocation: Invocation) async throws -> Report {
        let (old, new) = (try await ComparedModel(old, in: invocation), try await ComparedModel(new, in: invocation))
        let problem = recipeProblem(old, new)
        let (before, after) = try (old.recipe(networkOnly: problem != nil), new.recipe(networkOnly: problem != nil))
        let recipe = SettingChange.all(from: before.made, to: after.made)
        let features: FeatureChanges? =
            old.kind == .network && new.kind == .network
            ? FeatureChanges(from: try old.features(), to: try new.features()) : nil
        let signature = try signatureDifferences(old, new)
        let decisions = try (old.decision(), new.decision())
        let members = MemberChanges(from: old, to: new)
        var changes: AnswerChanges?
        var silence: String?
        // The same package answers the same.
        if old.digest == nil || old.digest != new.digest {
            switch try await GoldenQuestion(old: old, new: new, invocation: invocation).answer() {
            case .changes(let found): changes = found
            case .cannotBeAsked(let reason): silence = reason
            }
        }
        let asked =
            features.map { !$0.isEmpty } ?? false || !signature.isEmpty || decisions.0 != decisions.1
        return Report(
            from: Side(old),
            to: Side(new),
            recipe: recipe,
            recipeProblem: problem,
            data: SettingChange.all(from: before.data, to: after.data),
            features: features,
            signature: signature,
            metrics: metrics(old, new),
            metricsFrom: old.measuredOn,
            metricsTo: new.measuredOn,
            members: members,
            decisionFrom: decisions.0.map { DecisionLine($0) },
            decisionTo: decisions.1.map { DecisionLine($0) },
            decisionDiffers: decisions.0 != decisions.1,
            goldenRows: changes,
            goldenRowsProblem: silence,
            recipeDiffers: !recipe.isEmpty || old.isImported != new.isImported,
            behaviourDiffers: asked || changes.map { $0.changed > 0 || $0.flipped ?? 0 > 0 } ?? members.touchesBehaviour
        )
    }

    private func recipeProblem(_ old: ComparedModel, _ new: ComparedModel) -> String? {
        for side in [old, new] where !side.files.has(MemberNames.recipe) {
            return side.isImported ? "the weights of \(side.title) were imported" : "\(side.title) came as files"
        }
        return nil
    }

    private func signatureDifferences(_ old: ComparedModel, _ new: ComparedModel) throws -> [String] {
        let before = try old.files.optional(Signature.self, MemberNames.signature)
        let after = try new.files.optional(Signature.self, MemberNames.signature)
        guard let before, let after else {
            if before == nil && after == nil { return [] }
            return ["\((before == nil ? old : new).title) does not say what goes in and what comes out"]
        }
        return after.differences(from: before)
    }

    private func metrics(_ old: ComparedModel, _ new: ComparedModel) -> [MetricLine] {
        Set(old.metrics.keys).union(new.metrics.keys).sorted().map { name in
            let (from, to) = (old.metrics[name], new.metrics[name])
            return MetricLine(name: name, from: from, to: to, difference: from.flatMap { from in to.map { $0 - from } })
        }
    }
}

extension ComparedModel {
    /// How it was made, and from which rows.
    ///
    /// With `networkOnly` nothing but the network, as there is no recipe to compare with.
    fileprivate func recipe(networkOnly: Bool) throws -> (made: Settings, data: Settings) {
        var made = try Settings(
            optionalBytes(MemberNames.network),
            under: "network",
            source: "\(title), \(MemberNames.network)"
        )
        guard !networkOnly else { return (made, Settings()) }
        let recipe = try optionalBytes(MemberNames.recipe)
        let place = "\(title), \(MemberNames.recipe)"
        // The features have a section of their own, and the network stands in the package as it answers.
        made.merge(try Settings(recipe, omitting: ["features", "data", "network"], source: place))
        return (made, try Settings(recipe, source: place).under("data"))
    }

    private func optionalBytes(_ member: String) throws -> [UInt8] {
        files.has(member) ? try files.read(member) : Array("{}".utf8)
    }

    fileprivate func features() throws -> FeaturePipeline {
        try files.document(FeaturePipeline.self, MemberNames.features)
    }

    fileprivate func decision() throws -> Decision? {
        try files.optional(Decision.self, MemberNames.decision)
    }
}
