import Foundation
import TestSupport
import Yams

/// A host of continuous integration as far as our pipelines use one: it picks the jobs of an event, and gives their lines to a
/// shell in a fresh checkout, on a machine that knows nothing.
protocol PipelineHost {
    /// Somebody asks for a change to be taken in.
    func propose() throws -> Finished
    /// A change was taken in.
    func merge() throws -> Finished
    /// Somebody puts into production what staging runs.
    func release() throws -> Finished
    /// Somebody wants the last good version back in production.
    func rollBack() throws -> Finished
}

/// What a host works with: the repository of the code, and what its settings say.
struct PipelineSite {
    let scratch: Scratch
    /// The repository of the code, which is cloned for every job.
    let code: String
    /// What the settings of the repository define.
    let variables: [String: String]
    let secrets: [String: String]

    /// The tree of a YAML file of the code.
    func yaml(_ path: String) throws -> Node {
        guard let node = try Yams.compose(yaml: String(contentsOfFile: "\(code)/\(path)", encoding: .utf8)) else {
            throw PipelineError("\(path) is empty")
        }
        return node
    }

    /// A fresh checkout with a home beside it.
    func checkout() throws -> String {
        let workspace = scratch("job-\(UUID().uuidString)/code")
        try FileManager.default.createDirectory(
            atPath: "\(workspace)/../home",
            withIntermediateDirectories: true
        )
        let cloned = try Shell.run("git clone -q '\(code)' '\(workspace)'")
        guard cloned.status == 0 else { throw PipelineError("\(cloned)") }
        return URL(filePath: workspace).standardized.path()
    }

    /// Runs a script as a job does, with nothing in its environment but what a host puts there.
    func run(_ script: String, in workspace: String, environment: [String: String]) throws -> Finished {
        let file = scratch("script-\(UUID().uuidString)")
        try Data(script.utf8).write(to: URL(filePath: file))
        var all = ["HOME": "\(workspace)/../home", "CI": "true", "PATH": "\(image):/usr/local/bin:/usr/bin:/bin"]
        all.merge(environment) { _, new in new }
        let assignments = all.sorted { $0.key < $1.key }.map { "'\($0.key)=\($0.value)'" }.joined(separator: " ")
        return try Shell.run("env -i \(assignments) bash --noprofile --norc -eo pipefail '\(file)'", in: workspace)
    }

    /// Programs that the machine of a job has, and this one need not: the packages of a job are installed already.
    private var image: String { scratch("image") }

    /// Notes what a job would install.
    func makeImage() throws {
        let path = try scratch.write("image/apt-get", "#!/bin/sh\necho \"$@\" >> '\(scratch("installed"))'\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
}

/// Something that a pipeline may not hold.
struct PipelineError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Whether a condition of `==`, joined by `&&`, holds; `value` knows what a name stands for.
func holds(_ condition: String, _ value: (String) throws -> String) throws -> Bool {
    try condition.components(separatedBy: "&&").allSatisfy { part in
        let sides = part.components(separatedBy: "==").map { $0.trimmingCharacters(in: .whitespaces) }
        guard sides.count == 2 else { throw PipelineError("`\(part)` is no comparison") }
        let values = try sides.map { side in
            side.hasPrefix("'") || side.hasPrefix("\"") ? String(side.dropFirst().dropLast()) : try value(side)
        }
        return values[0] == values[1]
    }
}

extension Node {
    /// The values of a mapping of scalars.
    var texts: [String: String] {
        Dictionary(
            uniqueKeysWithValues: (mapping ?? [:]).compactMap { key, value in
                key.string.flatMap { name in value.scalar.map { (name, $0.string) } }
            }
        )
    }
}
