/// The versions that are in memory, and the models that should be, as the model repository extension lists them.
struct RepositoryIndex: Encodable {
    struct Line: Encodable {
        let name: String
        let version: String
        let state: String
        var reason: String?
    }

    let lines: [Line]

    init(_ table: ModelTable, onlyReady: Bool) {
        lines = table.models.flatMap { entry in
            var lines = entry.versions.map { Line(name: $0.name.model, version: $0.name.version, state: "READY") }
            if entry.routes.isEmpty, !onlyReady {
                let reason = entry.problem ?? "it is being loaded"
                lines.append(Line(name: entry.model, version: "", state: "UNAVAILABLE", reason: reason))
            }
            return lines
        }
    }

    func encode(to encoder: any Encoder) throws { try lines.encode(to: encoder) }
}
