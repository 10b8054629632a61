/// Whether a version answers, with the keys of TensorFlow Serving and of KServe.
struct ModelStatus: Encodable {
    private struct Version: Encodable {
        struct Status: Encodable {
            let errorCode = "OK"
            let errorMessage = ""
        }

        let version: String
        let state = "AVAILABLE"
        let status = Status()
    }

    private let name: String
    private let ready = true
    private let modelVersionStatus: [Version]

    init(_ version: LoadedVersion) {
        name = version.name.model
        modelVersionStatus = [Version(version: version.name.version)]
    }
}

/// Whether a version answers, as the Open Inference Protocol says it.
struct ModelReadiness: Encodable {
    let name: String
    let ready = true
}

/// The models by name, as KServe lists them.
struct ModelList: Encodable {
    let models: [String]
}
