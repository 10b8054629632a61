package import Datasets

/// A figure that tells how good predictions are, under scikit-learn's name.
///
/// An open struct, so that a new metric breaks nobody. The names are those of scikit-learn's scorers, without the `neg_`
/// that these put before a metric that is to be small.
package struct Metric: Hashable, Sendable {
    package let name: String
    /// Other names that are understood.
    let aliases: [String]
    private let tasks: [LearningTask]
    /// Whether a larger value is the better one.
    package let isHigherBetter: Bool
    /// Whether it is about probabilities; the classes that were said are not enough.
    package let needsProbabilities: Bool

    private init(
        _ name: String,
        _ tasks: LearningTask...,
        isHigherBetter: Bool = true,
        needsProbabilities: Bool = false,
        aliases: [String] = []
    ) {
        self.name = name
        self.tasks = tasks
        self.isHigherBetter = isHigherBetter
        self.needsProbabilities = needsProbabilities
        self.aliases = aliases
    }

    /// Whether it judges the answers to such a task.
    package func isFor(_ task: LearningTask) -> Bool { tasks.contains(task) }

    /// Whether an anomaly task has it only for rows of which some are known to be anomalies.
    package var needsAnomalies: Bool { [.rocAUC, .averagePrecision, .precision, .recall, .f1].contains(self) }

    /// The metric of this name.
    ///
    /// - Throws: ``EvaluationError`` when there is none.
    package init(named name: String) throws(EvaluationError) {
        guard let metric = Metric.all.first(where: { $0.name == name || $0.aliases.contains(name) }) else {
            throw .unknownMetric(name)
        }
        self = metric
    }
}

extension Metric {
    /// The share of rows whose class is right.
    package static let accuracy = Self("accuracy", .classification, aliases: ["accuracy_score"])
    /// The mean recall of the classes that occur.
    package static let balancedAccuracy = Self(
        "balanced_accuracy",
        .classification,
        aliases: ["balanced_accuracy_score"]
    )
    /// The mean of minus the logarithm of the probability that the right class was given.
    package static let logLoss = Self(
        "log_loss",
        .classification,
        isHigherBetter: false,
        needsProbabilities: true
    )
    /// The area under precision over recall, in steps; for more than two classes the mean over the classes.
    package static let averagePrecision = Self(
        "average_precision",
        .classification,
        .anomaly,
        needsProbabilities: true,
        aliases: ["average_precision_score", "pr_auc"]
    )
    /// The chance that a row of the class gets a higher score than one of another; for more classes the mean.
    package static let rocAUC = Self(
        "roc_auc",
        .classification,
        .anomaly,
        needsProbabilities: true,
        aliases: ["roc_auc_score", "roc_auc_ovr"]
    )

    /// Of two classes, the figures of the second alone.
    package static let precision = Self("precision", .classification, .anomaly, aliases: ["precision_score"])
    package static let recall = Self("recall", .classification, .anomaly, aliases: ["recall_score"])
    package static let f1 = Self("f1", .classification, .anomaly, aliases: ["f1_score"])
    /// The correlation of right and given classes.
    package static let matthewsCorrelation = Self("matthews_corrcoef", .classification)
    /// How far right and given classes agree beyond what their shares alone would bring about.
    package static let cohenKappa = Self("cohen_kappa", .classification, aliases: ["cohen_kappa_score"])
    /// Of two classes, the mean square of the error of the second's probability.
    package static let brierScore = Self(
        "brier_score",
        .classification,
        isHigherBetter: false,
        needsProbabilities: true,
        aliases: ["brier_score_loss"]
    )

    /// Means over the classes, each counted once.
    package static let precisionMacro = Self("precision_macro", .classification)
    package static let recallMacro = Self("recall_macro", .classification)
    package static let f1Macro = Self("f1_macro", .classification)

    /// Means over the classes, each counted as often as it occurs.
    package static let precisionWeighted = Self("precision_weighted", .classification)
    package static let recallWeighted = Self("recall_weighted", .classification)
    package static let f1Weighted = Self("f1_weighted", .classification)

    /// The mean size of the error.
    package static let meanAbsoluteError = Self(
        "mean_absolute_error",
        .regression,
        isHigherBetter: false,
        aliases: ["mae"]
    )
    /// The mean square of the error.
    package static let meanSquaredError = Self(
        "mean_squared_error",
        .regression,
        isHigherBetter: false,
        aliases: ["mse"]
    )
    /// The root of the mean square of the error, in the unit of the target.
    package static let rootMeanSquaredError = Self(
        "root_mean_squared_error",
        .regression,
        isHigherBetter: false,
        aliases: ["rmse"]
    )
    /// The share of the target's variance that is explained: 1 is perfect, 0 is no better than the mean.
    package static let r2 = Self("r2", .regression, aliases: ["r2_score"])
    /// The same share, but a constant error is forgiven.
    package static let explainedVariance = Self(
        "explained_variance",
        .regression,
        aliases: ["explained_variance_score"]
    )
    /// The size of the error that half of the rows stay below.
    package static let medianAbsoluteError = Self("median_absolute_error", .regression, isHigherBetter: false)
    /// The mean size of the error as a share of the target; huge where a target is 0.
    package static let meanAbsolutePercentageError = Self(
        "mean_absolute_percentage_error",
        .regression,
        isHigherBetter: false,
        aliases: ["mape"]
    )
    /// The size of the largest error; not defined for more than one number per row.
    package static let maxError = Self("max_error", .regression, isHigherBetter: false)

    /// The share of the normal rows that are said to be anomalies.
    package static let falseAlarmRate = Self(
        "false_alarm_rate",
        .anomaly,
        isHigherBetter: false,
        aliases: ["false_positive_rate"]
    )
    /// How far normal rows are from what is expected of them: the mean of their scores, and quantiles.
    package static let meanScore = Self("mean_score", .anomaly, isHigherBetter: false)
    package static let medianScore = Self("median_score", .anomaly, isHigherBetter: false)
    package static let scoreP95 = Self("score_p95", .anomaly, isHigherBetter: false)
    package static let scoreP99 = Self("score_p99", .anomaly, isHigherBetter: false)

    /// Every metric, in the order in which reports show them.
    package static let all: [Metric] = [
        .accuracy, .balancedAccuracy, .logLoss, .averagePrecision, .rocAUC, .precision, .recall, .f1,
        .matthewsCorrelation, .cohenKappa, .brierScore, .precisionMacro, .recallMacro, .f1Macro, .precisionWeighted,
        .recallWeighted, .f1Weighted, .meanAbsoluteError, .meanSquaredError, .rootMeanSquaredError, .r2,
        .explainedVariance, .medianAbsoluteError, .meanAbsolutePercentageError, .maxError, .falseAlarmRate, .meanScore,
        .medianScore, .scoreP95, .scoreP99,
    ]
}

extension Metric: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(named: decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
