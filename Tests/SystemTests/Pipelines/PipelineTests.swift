import Foundation
import TestSupport
import Testing

/// The pipelines that `mlops init --ci` writes, with a release of the command and a shared store in a bare repository.
@Suite(.timeLimit(.minutes(60)))
struct PipelineTests {
    @Test(arguments: Host.allCases)
    func aModelGoesItsWay(_ kind: Host) throws {
        let team = try Team(kind)
        let host = kind.host(team.site)

        // What is proposed is judged, and leaves nothing.
        try succeed(host.propose(), saying: "gate accuracy")
        #expect(try team.git("for-each-ref --format='%(refname)' refs/heads/models refs/tags").output == "")
        try team.commit("sed -i 's/epochs: 60/epochs: 1/; s/learning_rate: 0.01/learning_rate: 0.0001/' mlops.yaml")
        #expect(try host.propose().status == 3)
        try team.commit("git revert --no-commit HEAD")

        // What is merged is registered and live in staging; production is as it was.
        try succeed(host.merge(), saying: "registered as penguins@v1.0.0")
        #expect(try team.live() == ["staging": "v1.0.0"])
        try succeed(host.release(), saying: "nothing -> v1.0.0")
        #expect(try team.live() == ["staging": "v1.0.0", "production": "v1.0.0"])

        // The same again is nothing new.
        try succeed(host.merge(), saying: "registered as penguins@v1.0.0")
        #expect(try team.git("for-each-ref --format='%(refname)' 'refs/tags/penguins@*'").output.split("\n").count == 1)

        try team.commit("sed -i 's/epochs: 60/epochs: 61/' mlops.yaml")
        try succeed(host.merge(), saying: "registered as penguins@v1.1.0")
        try succeed(host.release(), saying: "v1.0.0 -> v1.1.0")
        try succeed(host.rollBack(), saying: "v1.1.0 -> v1.0.0")
        #expect(try team.live() == ["staging": "v1.1.0", "production": "v1.0.0"])
        // Who it was, and why, is in the ledger for ever.
        let ledger = try team.git("log --format=%s environments/production/penguins").output
        #expect(ledger.hasPrefix("roll back penguins v1.1.0 -> v1.0.0: \"wrong labels\" (octocat)"), "\(ledger)")
        // What was taken back is not shipped again.
        let again = try host.release()
        #expect(again.status == 15, "\(again)")
        #expect(try team.git("fsck --strict --full --no-dangling 2>&1").output.contains("error") == false)
    }

    @Test(arguments: Host.allCases)
    func aReleaseThatIsNotTheOneIsNotRun(_ kind: Host) throws {
        let team = try Team(kind, digest: String(repeating: "0", count: 64))
        let finished = try kind.host(team.site).merge()
        #expect(finished.status == 1)
        #expect(finished.output.contains("FAILED"), "\(finished)")
        #expect(try team.git("for-each-ref refs/heads/models").output == "")
    }

    @Test func aReleaseCarriesWhatItNeeds() throws {
        let release = try Release.shared.get()
        let scratch = try Scratch()
        try Shell.expect("tar -xzf '\(release.path)' --strip-components 1", in: scratch.path)
        let libraries = try Shell.run("ldd bin/mlops", in: scratch.path).output
        #expect(!libraries.contains("not found"))
        // Only what every Linux has comes from the system.
        let foreign = libraries.split("\n").filter { $0.contains("=> /") && !$0.contains(scratch.path) }
            .compactMap { $0.split(" ").first.map { $0.trimmingCharacters(in: .whitespaces) } }
        let system = ["libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libresolv.so"]
        #expect(foreign.allSatisfy { name in system.contains { name.hasPrefix($0) } }, "\(foreign)")
        let carried = try FileManager.default.contentsOfDirectory(atPath: scratch("lib/mlops"))
        let licences = try FileManager.default.contentsOfDirectory(atPath: scratch("share/doc/mlops/licences"))
        #expect(carried.count > 3 && licences.count > 3, "\(carried) \(licences)")
        try Shell.expect("env -i bin/mlops init --template fashion demo", in: scratch.path)
    }

    /// What the makers of other tools think of the files.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "\(Judges.ofPipelines)/zizmor")))
    func theyAreSound() throws {
        let scratch = try Scratch()
        for host in ["github", "gitlab"] {
            try Shell.expect("'\(Binary.path)' init --ci \(host) --store '\(scratch("s.git"))' .", in: scratch.path)
        }
        for line in [
            "check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/mlops.yml",
            "check-jsonschema --builtin-schema vendor.github-actions .github/actions/install-mlops/action.yml",
            "check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci .gitlab-ci.yml",
            "zizmor --offline --no-progress --min-severity medium --min-confidence medium .github",
        ] {
            try Shell.expect("'\(Judges.ofPipelines)/'\(line)", in: scratch.path)
        }
    }

    private func succeed(_ finished: Finished, saying words: String) throws {
        #expect(finished.status == 0 && finished.output.contains(words), "\(words)\n\(finished)")
    }
}

/// The hosts that there is a pipeline for.
enum Host: String, CaseIterable, Sendable {
    case github
    case gitlab

    fileprivate func host(_ site: PipelineSite) -> any PipelineHost {
        switch self {
        case .github: GitHub(site)
        case .gitlab: GitLab(site)
        }
    }
}

/// A team with its code, its shared store, and a host that works for it.
private final class Team {
    let scratch: Scratch
    let site: PipelineSite

    /// `digest` is what the settings say of the release; its own if not given.
    init(_ kind: Host, digest: String? = nil) throws {
        let release = try Release.shared.get()
        scratch = try Scratch()
        let code = scratch("code")
        site = PipelineSite(
            scratch: scratch,
            code: code,
            variables: [
                "MLOPS_RELEASE": "file://\(release.path)", "MLOPS_RELEASE_SHA256": digest ?? release.digest,
            ],
            secrets: ["MLOPS_TOKEN": "secret"]
        )
        try site.makeImage()
        try Shell.expect(
            """
            git init -q --bare store.git && git init -q -b main code
            '\(Binary.path)' init --template tabular --ci \(kind.rawValue) --store "file://$PWD/store.git" code
            # Servers follow the environments: where they put a model is their business.
            grep -q 'production: {}' code/mlops.yaml
            """,
            in: scratch.path,
            environment: ["HOME": scratch.path, "XDG_DATA_HOME": "", "MLOPS_STORE": ""]
        )
        try commit("true")
    }

    /// Changes the code, and commits what has changed.
    func commit(_ change: String) throws {
        try Shell.expect(
            "\(change) && git add . && git commit -q --allow-empty -m 'change it'",
            in: site.code,
            environment: [
                "GIT_AUTHOR_NAME": "anna", "GIT_AUTHOR_EMAIL": "anna@localhost", "GIT_COMMITTER_NAME": "anna",
                "GIT_COMMITTER_EMAIL": "anna@localhost",
            ]
        )
    }

    /// Runs git on the shared store.
    func git(_ line: String) throws -> Finished { try Shell.run("git --git-dir '\(scratch("store.git"))' \(line)") }

    /// What each environment has live, as plain git reads it.
    func live() throws -> [String: String] {
        var found: [String: String] = [:]
        for environment in ["staging", "production"] {
            let read = try git("show environments/\(environment)/penguins:deployment.json")
            guard read.status == 0 else { continue }
            let document = try JSONSerialization.jsonObject(with: Data(read.output.utf8)) as? [String: Any]
            let routes = document?["routes"] as? [[String: Any]]
            found[environment] =
                (routes?.first?["version"] as? [String: Any])?["version"] as? String
                ?? routes?.first?["version"] as? String
        }
        return found
    }
}

/// The archive that `make release` makes of the command, made once.
private struct Release: Sendable {
    let path: String
    let digest: String
    private let scratch: Scratch

    static let shared = Result { try Release() }

    private init() throws {
        scratch = try Scratch()
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized.path()
        try Shell.expect("make --no-print-directory archive binary='\(Binary.path)' into='\(scratch.path)'", in: root)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        guard let name = names.first(where: { $0.hasSuffix(".tar.gz") }) else { throw PipelineError("no archive") }
        path = scratch(name)
        digest = String(try Shell.run("cat '\(path).sha256'").output.prefix(64))
    }
}

extension Shell {
    /// Runs a line, which must succeed.
    fileprivate static func expect(_ line: String, in directory: String, environment: [String: String] = [:]) throws {
        let finished = try run("set -e\n\(line)", in: directory, environment: environment)
        #expect(finished.status == 0, "\(line)\n\(finished)")
    }
}

extension StringProtocol {
    fileprivate func split(_ separator: Character) -> [SubSequence] { split(separator: separator) }
}
