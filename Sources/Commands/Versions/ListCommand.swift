internal import ArgumentParser
internal import Lifecycle
internal import ModelStore
internal import Support

struct ListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the models and their versions.",
        discussion: """
            Which models and versions are there, and which of them are live?

            EXAMPLES
              mlops list
              mlops list fashion --all --json

            NEXT
              mlops show MODEL@VERSION
            """
    )

    @Argument(help: "Only the versions of this model.")
    var model: String?

    @Flag(help: "All versions, not only the newest 20 of each model.")
    var all = false

    @OptionGroup var global: GlobalOptions

    func run(in context: Context) async throws {
        try await context.report(try ListVersions(model: model, all: all).run(in: context.invocation))
    }
}

extension ListVersions.Report: Renderable {
    package var text: String {
        guard !models.isEmpty else { return "no models yet\nnext: mlops train, or mlops register FILE --model NAME" }
        // What a page has no room for stands in --json: first the digest goes, then the time of the day.
        var table = table(withDigest: true, withTime: true)
        for withTime in [true, false] where table.width(withLastColumn: Self.standingWidth) > Wording.pageWidth {
            table = self.table(withDigest: false, withTime: withTime)
        }
        let hidden = models.reduce(0) { $0 + $1.count - $1.versions.count }
        return table.text(within: Wording.pageWidth)
            + (hidden > 0 ? "\n\(Wording.count(hidden)) older not shown: add --all" : "")
    }

    /// How much room the last column needs before it is broken.
    private static let standingWidth = 24

    private func table(withDigest: Bool, withTime: Bool) -> Table {
        var table = Table(
            ["MODEL", "VERSION", "REGISTERED", "METRIC"] + (withDigest ? ["DIGEST"] : []) + ["STANDING"]
        )
        for model in models {
            for line in model.versions {
                let metric = line.metric.map { "\($0) \(line.value.map(Wording.figure) ?? "")" } ?? ""
                let places = (model.places[line.version] ?? []).compactMap { place in
                    place.standing.isEmpty
                        ? nil : "\(place.environment): \(place.standing.joined(separator: ", "))"
                }
                let time = withTime ? "\(line.time)" : String("\(line.time)".prefix(10))
                table.add(
                    [model.model, "\(line.version)", time, metric] + (withDigest ? [line.digest.short] : [])
                        + [(places + (model.retired.contains(line.version) ? ["retired"] : [])).joined(separator: "; ")]
                )
            }
        }
        return table
    }

    /// Written by hand: a list of 10,000 versions must not wait for a general encoder.
    package func json() throws -> String {
        func quoted(_ text: String) throws -> String {
            String(decoding: try JSON.encode(text, pretty: false), as: UTF8.self)
        }
        var blocks: [String] = []
        for model in models {
            var metrics: [String: String] = [:]
            var rows = ""
            rows.reserveCapacity(model.versions.count * 180)
            for line in model.versions {
                rows += rows.isEmpty ? "        {\"digest\": \"sha256:" : ",\n        {\"digest\": \"sha256:"
                rows += line.digest.hexadecimal
                rows += "\", "
                if let environments = model.serving[line.version] {
                    rows += "\"environments\": [\(try environments.map(quoted).joined(separator: ", "))], "
                }
                if let metric = line.metric {
                    if metrics[metric] == nil { metrics[metric] = try quoted(metric) }
                    rows += "\"metric\": "
                    rows += metrics[metric] ?? "null"
                    rows += ", "
                }
                if let places = model.places[line.version] {
                    rows += "\"places\": "
                    rows += String(decoding: try JSON.encode(places, pretty: false), as: UTF8.self)
                    rows += ", "
                }
                if model.retired.contains(line.version) { rows += "\"retired\": true, " }
                rows += "\"time\": \""
                rows += line.time.description
                if let value = line.value {
                    rows += "\", \"value\": "
                    rows += value.description
                    rows += ", \"version\": \""
                } else {
                    rows += "\", \"version\": \""
                }
                rows += line.version.description
                rows += "\"}"
            }
            blocks.append(
                """
                    {
                      "count": \(model.count),
                      "model": \(try quoted(model.model)),
                      "versions": [
                \(rows)
                      ]
                    }
                """
            )
        }
        return "{\n  \"models\": [\n\(blocks.joined(separator: ",\n"))\n  ]\n}"
    }
}
