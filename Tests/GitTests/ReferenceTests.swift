import Git
import Support
import TestSupport
import Testing

/// The compare-and-swap of refs that everything else stands on.
struct ReferenceTests {
    private let scratch: Scratch
    private var path: String { scratch("r.git") }
    private let ids: [ObjectID]

    init() throws {
        scratch = try Scratch()
        let path = scratch("r.git")
        let repository = try Repository(creatingAt: path, head: "main")
        var writer = LooseObjectWriter(repositoryAt: path)
        let tree = try writer.write(Tree(), into: repository)
        var ids: [ObjectID] = []
        for index in 0..<3 {
            let author = Identity(name: "a", email: "a", time: Timestamp(seconds: Int64(index)))
            ids.append(
                try writer.write(
                    Commit(tree: tree, parents: [], author: author, message: "\(index)\n"),
                    into: repository
                )
            )
        }
        try writer.commit()
        self.ids = ids
    }

    @Test func aRefMovesOnlyFromWhatTheCallerHasSeen() throws {
        let repository = try Repository(openingAt: path)
        let name = "refs/heads/x/y"
        #expect(try repository.reference(name) == nil)
        try repository.moveReference(name, from: nil, to: ids[0], reason: "new")
        let exists = #expect(throws: GitError.self) {
            try repository.moveReference(name, from: nil, to: ids[1], reason: "new again")
        }
        #expect(exists?.code == .exists)
        let modified = #expect(throws: GitError.self) {
            try repository.moveReference(name, from: ids[1], to: ids[2], reason: "stale")
        }
        #expect(modified?.code == .modified)
        try repository.moveReference(name, from: ids[0], to: ids[1], reason: "move")
        #expect(try repository.reference(name) == ids[1])
        #expect(try Shell.run("git rev-parse \(name)", in: path).output == "\(ids[1])\n")
    }

    /// Packed refs are seen, moved and listed like loose ones.
    @Test func packedRefsAreRefs() throws {
        let names = (0..<30).map { "refs/tags/m@v1.\($0).0" }
        for name in names { try Repository(openingAt: path).moveReference(name, from: nil, to: ids[0], reason: "tag") }
        #expect(try Shell.run("git pack-refs --all", in: path).status == 0)
        let repository = try Repository(openingAt: path)
        #expect(try repository.references(under: "refs/tags/").map(\.name) == names.sorted())
        try repository.moveReference(names[3], from: ids[0], to: ids[1], reason: "move")
        #expect(try repository.reference(names[3]) == ids[1])
        #expect(try repository.references(under: "refs/tags/").count == 30)
    }
}
