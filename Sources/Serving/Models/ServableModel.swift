package import Datasets

/// What answers behind an address: named tensors go in, and named tensors come out.
package protocol ServableModel: Sendable {
    var inputs: [TensorDescription] { get }
    var outputs: [TensorDescription] { get }

    /// The project and the format that it comes from, as metadata name it: `mlops_network`.
    var platform: String { get }

    /// What is known of the classes that it tells apart, in the order of its numbers; `nil` where there are none.
    var classes: [String]? { get }

    /// Checks what a request puts in and makes rows of numbers of it, or answers at once.
    ///
    /// Throws ``RequestError`` (400) for what does not fit the inputs.
    func prepare(_ inputs: [InputTensor]) throws(RequestError) -> PreparedInput

    /// Answers rows of several requests at once, each with the bits that it gets alone.
    func answer(_ rows: Matrix) throws -> Matrix

    /// What the rows of an answer mean.
    ///
    /// Throws ``RequestError`` (500) for numbers that are not finite.
    func meaning(of answer: Matrix) throws(RequestError) -> ModelAnswer
}

/// What has become of a request's tensors.
package enum PreparedInput: Sendable {
    /// To be put to the model, alone or with those of others.
    case rows(Matrix)
    /// Answered already.
    case answered([OutputTensor])
}
