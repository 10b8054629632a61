/// What a person sees who opens the server's address in a browser: which models there are, and how to ask them.
struct ServerPage {
    let html: String

    init(_ table: ModelTable, _ configuration: ServerConfiguration) {
        var body = ""
        for entry in table.models { body += Self.section(entry) }
        if table.models.isEmpty { body = "<p>No model is served yet.</p>" }
        html = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Self.escaped(configuration.name))</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
            h2 { margin-top: 2.5rem; } table { border-collapse: collapse; }
            td, th { text-align: left; padding: .2rem 1.2rem .2rem 0; vertical-align: top; }
            pre { background: #8882; padding: .8rem; border-radius: .4rem; overflow-x: auto; }
            .quiet { opacity: .7; }
            </style>
            <h1>\(Self.escaped(configuration.name)) <span class="quiet">\(Self.escaped(configuration.release))</span></h1>
            <p><a href="/v2/health/ready">ready</a> · <a href="/metrics">metrics</a> · <a href="/status">status</a> ·
            <a href="/v2/models/stats">statistics</a></p>
            \(body)
            </html>

            """
    }

    private static func section(_ entry: ModelTable.Entry) -> String {
        var text = "<h2>\(escaped(entry.model))</h2>\n"
        if let problem = entry.problem { text += "<p>⚠ \(escaped(problem))</p>\n" }
        text += "<table>\n<tr><th>version</th><th>traffic</th></tr>\n"
        for version in entry.versions {
            let share = entry.routes.first { $0.version === version }.map { "\($0.percent) %" }
            let role = share ?? (entry.shadow === version ? "shadow" : "in memory")
            text += "<tr><td>\(escaped(version.name.version))</td><td>\(role)</td></tr>\n"
        }
        text += "</table>\n"
        guard let version = entry.routes.first?.version else { return text }
        text += ports("inputs", version.servable.inputs) + ports("outputs", version.servable.outputs)
        if let classes = version.servable.classes {
            text += "<p>classes: \(classes.map(escaped).joined(separator: ", "))</p>\n"
        }
        return text + "<pre>\(escaped(example(entry.model, version)))</pre>\n"
    }

    private static func ports(_ title: String, _ ports: [TensorDescription]) -> String {
        var text = "<table>\n<tr><th>\(title)</th><th></th><th></th></tr>\n"
        for port in ports {
            let shape = (["rows"] + port.shape.dropFirst().map { $0 < 0 ? "any" : "\($0)" }).joined(separator: ", ")
            text += "<tr><td>\(escaped(port.name))</td><td>\(port.type.rawValue)</td><td>[\(shape)]</td></tr>\n"
        }
        return text + "</table>\n"
    }

    /// A request to paste into a shell.
    private static func example(_ model: String, _ version: LoadedVersion) -> String {
        let inputs = version.servable.inputs.map { input in
            let shape = [1] + input.shape.dropFirst().map { max($0, 1) }
            let count = min(shape.reduce(1, *), 4096)
            let value = input.type == .bytes ? "\"\"" : "0"
            let data = Array(repeating: value, count: count).joined(separator: ",")
            let name = input.name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
                "'",
                with: "'\\''"
            )
            return
                "{\"name\":\"\(name)\",\"shape\":\(shape),\"datatype\":\"\(input.type.rawValue)\",\"data\":[\(data)]}"
        }
        return "curl -s http://HOST/v2/models/\(model)/infer -d '{\"inputs\":[\(inputs.joined(separator: ","))]}'"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
