/// The inputs and outputs of a version's only signature, as TensorFlow Serving describes them.
struct SignatureMetadata: Encodable {
    private struct Specification: Encodable {
        let name: String
        let signatureName = "serving_default"
        let version: String
    }

    private struct Metadata: Encodable {
        struct Definitions: Encodable { let signatureDef: Signatures }
        struct Signatures: Encodable { let servingDefault: Signature }

        let signatureDef: Definitions
    }

    private struct Signature: Encodable {
        let inputs: [String: Tensor]
        let outputs: [String: Tensor]
        let methodName = "tensorflow/serving/predict"
    }

    private struct Tensor: Encodable {
        struct Dimension: Encodable {
            /// A number of 64 bits, which is a text in the JSON of protocol buffers.
            let size: String
            let name = ""
        }

        struct Shape: Encodable {
            let dim: [Dimension]
            let unknownRank = false
        }

        let dtype: String
        let tensorShape: Shape
        let name: String

        init(_ port: TensorDescription) {
            dtype = port.type.tensorFlowName
            tensorShape = Shape(dim: port.shape.map { Dimension(size: "\($0)") })
            name = port.name
        }
    }

    private let modelSpec: Specification
    private let metadata: Metadata

    init(_ version: LoadedVersion) {
        func tensors(_ ports: [TensorDescription]) -> [String: Tensor] {
            Dictionary(ports.map { ($0.name, Tensor($0)) }, uniquingKeysWith: { first, _ in first })
        }
        modelSpec = Specification(name: version.name.model, version: version.name.version)
        let signature = Signature(
            inputs: tensors(version.servable.inputs),
            outputs: tensors(version.servable.outputs)
        )
        metadata = Metadata(signatureDef: .init(signatureDef: .init(servingDefault: signature)))
    }
}

extension DataType {
    /// What TensorFlow calls it.
    fileprivate var tensorFlowName: String {
        switch self {
        case .bool: "DT_BOOL"
        case .uint8: "DT_UINT8"
        case .uint16: "DT_UINT16"
        case .uint32: "DT_UINT32"
        case .uint64: "DT_UINT64"
        case .int8: "DT_INT8"
        case .int16: "DT_INT16"
        case .int32: "DT_INT32"
        case .int64: "DT_INT64"
        case .float16: "DT_HALF"
        case .bfloat16: "DT_BFLOAT16"
        case .float32: "DT_FLOAT"
        case .float64: "DT_DOUBLE"
        case .bytes: "DT_STRING"
        }
    }
}
