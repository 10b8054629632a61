/// Predictions of some model beside the right answers, as they are read from a table.
package struct PredictionTable: Sendable {
    /// What was predicted.
    package enum Answers: Sendable {
        case classes(PredictedClasses)
        /// `width` right and predicted numbers per row, row after row, all finite.
        case values(right: [Double], said: [Double], width: Int)
        case scores(PredictedScores)
    }

    package let answers: Answers
    /// What each row counts, finite and not negative, and not always 0; `nil` when every row counts 1.
    package let weights: [Double]?
    /// What was assumed about the table and what of it was ignored, in sentences for a person.
    package let notes: [String]

    /// What the answers are for.
    package var task: LearningTask {
        switch answers {
        case .classes: .classification
        case .values: .regression
        case .scores: .anomaly
        }
    }

    /// Whole numbers without probabilities are taken for classes when there are at most this many different ones.
    static let fewNumbers = 20
}

/// The scores of rows, as an anomaly task gives them, and what the rows are.
package struct PredictedScores: Sendable {
    /// What is normal, and what is not.
    package let names: [String]
    /// 0 for a normal row, 1 for another.
    package let labels: [Int32]
    /// A finite number per row.
    package let scores: [Double]
    /// What was said, in the numbers of the labels; `nil` where only the scores are known.
    package let said: [Int32]?
}

/// The classes of rows: the right ones, those that were said, and how probable each one was.
package struct PredictedClasses: Sendable {
    /// The names of the classes: those of the probabilities in their order, else sorted.
    package let names: [String]
    /// The right class of each row, as a place in ``names``.
    package let right: [Int32]
    /// The class that was said; `nil` when it is the most probable one.
    package let said: [Int32]?
    /// A probability per class and row, row after row; `nil` when only the classes are known.
    package let probabilities: [Double]?
}
