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

    /// Git is the judge: every ref that it lists is found, loose, packed and both, and nothing else.
    @Test(arguments: [1, 2, 7, 100, 1000])
    func everyRefIsFoundWhereverItIs(count: Int) throws {
        let names =
            (0..<count).map { "refs/tags/\($0 % 3 == 0 ? "m@v1.\($0).0" : "a#b#\($0)")" } + [
                "refs/heads/x/y", "refs/heads/xy",
            ]
        let input = names.map { "create \($0) \(ids[0])\n" }.joined()
        try scratch.write("input", input)
        let annotated = """
            git update-ref --stdin < ../input && git -c user.name=a -c user.email=a@b tag -a -m t annotated \(ids[1]) &&
            git pack-refs --all && git update-ref refs/heads/x/y \(ids[2]) && git update-ref refs/heads/z \(ids[1])
            """
        #expect(try Shell.run(annotated, in: path).status == 0)
        let repository = try Repository(openingAt: path)
        let listed = try Shell.run("git for-each-ref --format='%(refname) %(objectname)'", in: path).output
            .split(separator: "\n").map(String.init)
        let found = try ["refs/heads/", "refs/tags/"].flatMap { try repository.references(under: $0) }
        #expect(found.map { "\($0.name) \($0.id)" } == listed)
        for line in listed {
            let parts = line.split(separator: " ")
            #expect(try repository.reference(String(parts[0])) == ObjectID(parts[1]))
        }
        for name in [
            "refs/heads/x", "refs/tags/a", "refs/tags/zzz", "refs/heads/a..b", "refs/tags/../heads/z", "HEAD", "",
        ] {
            #expect(try repository.reference(name) == nil, "\(name)")
        }
        #expect(try repository.references(under: "refs/heads/x/").map(\.name) == ["refs/heads/x/y"])
        #expect(try repository.references(under: "refs/heads/*/").isEmpty)
    }

    /// Packed by somebody else while we look, and by a tool that does not sort.
    @Test func theFileIsReadAgainWhenItChanges() throws {
        let repository = try Repository(openingAt: path)
        #expect(try repository.reference("refs/tags/a") == nil)
        #expect(
            try Shell.run("git tag a \(ids[0]) && git tag c \(ids[1]) && git pack-refs --all", in: path).status == 0
        )
        #expect(try repository.reference("refs/tags/a") == ids[0])
        let reversed = "# pack-refs with: peeled\n\(ids[2]) refs/tags/z\n\(ids[1]) refs/tags/b\n\(ids[0]) refs/tags/a\n"
        try scratch.write("r.git/packed-refs", reversed)
        #expect(try repository.reference("refs/tags/b") == ids[1])
        #expect(try repository.references(under: "refs/tags/").map(\.id) == [ids[0], ids[1], ids[2]])
        #expect(try Shell.run("git symbolic-ref refs/heads/alias refs/tags/z", in: path).status == 0)
        #expect(try repository.reference("refs/heads/alias") == ids[2])
        try scratch.write("r.git/refs/tags/a", "")
        #expect(throws: GitError.self) { try repository.reference("refs/tags/a") }
    }
}
