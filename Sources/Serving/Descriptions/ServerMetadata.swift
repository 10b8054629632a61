/// What the server is, and what it speaks beside the core of the Open Inference Protocol.
struct ServerMetadata: Encodable {
    let name: String
    let version: String
    let extensions = ["binary_tensor_data", "model_repository", "statistics", "parameters"]

    init(_ configuration: ServerConfiguration) {
        name = configuration.name
        version = configuration.release
    }
}
