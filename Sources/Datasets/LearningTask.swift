/// What a model is to tell about a row: which class it belongs to, or numbers.
///
/// It is not called `Task`, which is Swift's word for concurrent work.
package enum LearningTask: String, Codable, Sendable, CaseIterable {
    case classification, regression
}
