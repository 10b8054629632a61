/// What a model is to tell about a row: which class it belongs to, numbers, or how far it is from what is normal.
///
/// It is not called `Task`, which is Swift's word for concurrent work.
package enum LearningTask: String, Codable, Sendable, CaseIterable {
    case classification, regression, anomaly

    /// The task with its article, for messages.
    package var phrase: String {
        switch self {
        case .classification: "a classification"
        case .regression: "a regression"
        case .anomaly: "an anomaly task"
        }
    }

    /// The task of a model that answers one of these classes, or numbers where there are none.
    package init(answering classes: ClassNames?) {
        guard let classes else {
            self = .regression
            return
        }
        self = classes.isOneClass ? .anomaly : .classification
    }
}
