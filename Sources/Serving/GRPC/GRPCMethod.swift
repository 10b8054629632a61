/// What a call of gRPC is for, as its path says.
enum GRPCMethod: String, CaseIterable {
    // The Open Inference Protocol.
    case serverLive = "/inference.GRPCInferenceService/ServerLive"
    case serverReady = "/inference.GRPCInferenceService/ServerReady"
    case modelReady = "/inference.GRPCInferenceService/ModelReady"
    case serverMetadata = "/inference.GRPCInferenceService/ServerMetadata"
    case modelMetadata = "/inference.GRPCInferenceService/ModelMetadata"
    case modelInfer = "/inference.GRPCInferenceService/ModelInfer"
    // Triton's additions to it.
    case modelStatistics = "/inference.GRPCInferenceService/ModelStatistics"
    case repositoryIndex = "/inference.GRPCInferenceService/RepositoryIndex"
    case repositoryModelLoad = "/inference.GRPCInferenceService/RepositoryModelLoad"
    case repositoryModelUnload = "/inference.GRPCInferenceService/RepositoryModelUnload"
    // What load balancers and orchestrators ask.
    case healthCheck = "/grpc.health.v1.Health/Check"

    /// What the caller must be allowed to do.
    var need: Access.Need {
        switch self {
        case .serverLive, .serverReady, .healthCheck: .nothing
        case .repositoryModelLoad, .repositoryModelUnload: .administration
        default: .use
        }
    }
}
