/// The data of a project: where it is, how it is split, and what is made of it.
package struct DatasetDescription: Codable, Sendable, Hashable {
    package var task: LearningTask
    package var train: DataSource
    /// Rows of their own for validation; without them a share of the training data is split off.
    package var validation: DataSource?
    package var test: DataSource?
    package var split: Split
    /// The names of the classes, in order; derived from the training data when there are none.
    package var classes: [String]?
    package var features: FeatureDescription
    package var seed: UInt64
    /// The column of a table that says how much each row counts in training; `nil` where all count the same.
    package var sampleWeights: String?
    /// How examples are cut out of a table that is a series; `nil` where each row is one.
    package var windows: Window?
    /// Of an anomaly task the class of the rows that are normal; `nil` for the usual name.
    package var normal: String?

    package init(
        task: LearningTask,
        train: DataSource,
        validation: DataSource? = nil,
        test: DataSource? = nil,
        split: Split = .none,
        classes: [String]? = nil,
        features: FeatureDescription = FeatureDescription(),
        seed: UInt64 = 0,
        sampleWeights: String? = nil,
        windows: Window? = nil,
        normal: String? = nil
    ) {
        self.task = task
        self.train = train
        self.validation = validation
        self.test = test
        self.split = split
        self.classes = classes
        self.features = features
        self.seed = seed
        self.sampleWeights = sampleWeights
        self.windows = windows
        self.normal = normal
    }

    /// What the rows that are learned from consist of.
    func fields(_ side: SideColumns) throws -> [Field] {
        let fields = try features.fields(of: train, side: side, needsTarget: task != .anomaly)
        guard let windows else { return fields }
        guard train.table != nil || train.isRecordings else {
            throw DatasetError(
                .init("windows"),
                "windows are cut out of a table or of recordings, and the data are neither",
                hint: "give a table, or arrays whose rows are windows already"
            )
        }
        return fields.map { $0.over(windows) }
    }
}
