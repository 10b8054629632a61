/// What a model is to tell about a row: which class it belongs to, or numbers.
package enum Task: String, Codable, Sendable, CaseIterable {
    case classification, regression
}
