/// What a version takes and gives, as the Open Inference Protocol describes it.
struct ModelMetadata: Encodable {
    struct Port: Encodable {
        let name: String
        let datatype: String
        let shape: [Int]

        init(_ description: TensorDescription) {
            name = description.name
            datatype = description.type.rawValue
            shape = description.shape
        }
    }

    /// What the protocol has no word for.
    struct Parameters: Encodable {
        let version: String
        /// Left out for fixtures, which have none.
        let digest: String?
        let classes: [String]?
    }

    let name: String
    let versions: [String]
    let platform: String
    let inputs: [Port]
    let outputs: [Port]
    let parameters: Parameters

    /// Describes a version among those of its model that are in memory.
    init(_ version: LoadedVersion, among versions: [LoadedVersion]) {
        name = version.name.model
        self.versions = versions.map(\.name.version)
        platform = version.servable.platform
        inputs = version.servable.inputs.map(Port.init)
        outputs = version.servable.outputs.map(Port.init)
        parameters = Parameters(
            version: version.name.version,
            digest: version.name.digest.isEmpty ? nil : version.name.digest,
            classes: version.servable.classes
        )
    }
}
