/// One row that a model was asked about, and what it said.
package struct RecordedPrediction: Sendable, Hashable {
    package let version: AskedVersion
    /// Seconds since 1970.
    package let time: Double
    /// What the caller calls its request, if anything.
    package let request: String?
    /// How many rows of the traffic it stands for, as not every one is recorded when there are many.
    package let weight: Double
    /// An object in JSON: the raw columns by their names.
    package let inputs: String
    /// An object in JSON: the outputs by their names.
    package let outputs: String

    package init(
        version: AskedVersion,
        time: Double,
        request: String?,
        weight: Double,
        inputs: String,
        outputs: String
    ) {
        self.version = version
        self.time = time
        self.request = request
        self.weight = weight
        self.inputs = inputs
        self.outputs = outputs
    }
}
