import Foundation
import Git
import Support
import TestSupport
import Testing

/// Objects of ours in git's hands, and git's objects in ours.
struct ObjectTests {
    private let scratch: Scratch
    private var path: String { scratch("r.git") }
    private let author = Identity(name: "anna", email: "anna@example.org", time: Timestamp(seconds: 1_800_000_000))

    init() throws {
        scratch = try Scratch()
        _ = try Repository(creatingAt: path, head: "main")
    }

    private func git(_ line: String) throws -> String {
        let finished = try Shell.run("git \(line)", in: path)
        #expect(finished.status == 0, "git \(line): \(finished)")
        return finished.output
    }

    /// Around the 65,535 bytes of a stored block, where a zlib stream begins a new one.
    @Test(arguments: [0, 1, 65_526, 65_527, 65_535, 65_536, 131_061, 131_062, 300_000])
    func aBlobOfAnySizeIsWhatGitReads(size: Int) throws {
        let bytes = CounterRandom(seed: UInt64(size), stream: 0).bytes(size)
        try scratch.write("content", bytes)
        let repository = try Repository(openingAt: path)
        var writer = LooseObjectWriter(repositoryAt: path)
        let id = try writer.write(bytes, into: repository)
        try writer.commit()
        #expect(try git("hash-object ../content") == "\(id)\n")
        #expect(try git("cat-file blob \(id) | cmp - ../content") == "")
        #expect(try git("fsck --strict --no-dangling") == "")
        #expect(try repository.object(id, expecting: .blob) == bytes)
    }

    /// Compressed by git, loose and then in a pack.
    @Test func whatGitWroteIsRead() throws {
        let text = String(repeating: "the same line again\n", count: 20_000)
        try scratch.write("content", text)
        let id = try #require(ObjectID(git("hash-object -w ../content").dropLast()))
        #expect(try Repository(openingAt: path).object(id, expecting: .blob) == Array(text.utf8))
        let tree = try git("mktree </dev/null").dropLast()
        _ = try git("-c user.name=a -c user.email=a@b update-ref refs/tags/keep \(id)")
        _ = try git("repack -a -d -q && git prune-packed")
        let repository = try Repository(openingAt: path)
        #expect(try repository.object(id, expecting: .blob) == Array(text.utf8))
        #expect(repository.holds(id, .blob) == true)
        #expect(throws: GitError.self) { try repository.object(id, expecting: .tree) }
        #expect(try repository.tree(try #require(ObjectID(tree))).entries.isEmpty)
    }

    /// Git sorts a directory as if its name ended in a slash; fsck finds out who does not.
    @Test func treesAreInTheOrderOfGit() throws {
        let repository = try Repository(openingAt: path)
        var writer = LooseObjectWriter(repositoryAt: path)
        let files = ["a/x", "a.b", "a-b", "a0", "aa/y/z", "Z", "ä"]
        let tree = try writer.write(
            changes: files.map { ($0, Array($0.utf8)) },
            to: nil,
            into: repository
        )
        let commit = Commit(tree: tree, parents: [], author: author, message: "files\n")
        let id = try writer.write(commit, into: repository)
        try writer.commit()
        try repository.moveReference("refs/heads/main", from: nil, to: id, reason: "test")
        #expect(try git("fsck --strict --full") == "")
        let listed = try git("-c core.quotePath=false ls-tree -r --name-only main").split(separator: "\n").map(
            String.init
        )
        #expect(Set(listed) == Set(files) && listed.count == files.count)
        #expect(try git("log --format='%an <%ae> %at %s'") == "anna <anna@example.org> 1800000000 files\n")
        #expect(try repository.blob(at: "aa/y/z", in: tree) == Array("aa/y/z".utf8))
        #expect(try repository.blob(at: "aa/y", in: tree) == nil)
    }

    /// Only what changes is touched, and a file taken out is gone.
    @Test func changesGoOnTopOfATree() throws {
        let repository = try Repository(openingAt: path)
        var writer = LooseObjectWriter(repositoryAt: path)
        let first = try writer.write(
            changes: [("a/one", [1]), ("a/two", [2]), ("b", [3])],
            to: nil,
            into: repository
        )
        try writer.commit()
        let second = try writer.write(changes: [("a/one", nil), ("a/three", [4])], to: first, into: repository)
        try writer.commit()
        #expect(try git("ls-tree -r --name-only \(second)") == "a/three\na/two\nb\n")
        #expect(try git("ls-tree -r --name-only \(first)") == "a/one\na/two\nb\n")
    }

    /// Names that would break git's format become harmless, and fsck agrees.
    @Test(arguments: ["a <b> c", "line\nbreak", "", " ", "Åsa Öberg", "x\0y"])
    func anyNameMakesAValidCommit(name: String) throws {
        let repository = try Repository(openingAt: path)
        var writer = LooseObjectWriter(repositoryAt: path)
        let tree = try writer.write(Tree(), into: repository)
        let author = Identity(name: name, email: name, time: Timestamp(seconds: 1_800_000_000))
        let commit = try writer.write(
            Commit(tree: tree, parents: [], author: author, message: "x\n"),
            into: repository
        )
        let tag = try writer.write(Tag(name: "t", target: commit, tagger: author, message: "t\n"), into: repository)
        try writer.commit()
        try repository.moveReference("refs/tags/t", from: nil, to: tag, reason: "test")
        #expect(try git("fsck --strict") == "")
        #expect(try repository.commit(commit).author == author)
        #expect(try repository.tag(tag).target == commit)
    }

    /// A writer that is dropped leaves nothing, and what it wrote is not there.
    @Test func whatIsNotCommittedDoesNotExist() throws {
        let repository = try Repository(openingAt: path)
        func write() throws -> ObjectID {
            var writer = LooseObjectWriter(repositoryAt: path)
            return try writer.write([1, 2, 3], into: repository)
        }
        let id = try write()
        #expect(repository.holds(id, .blob) == false)
        #expect(try git("count-objects") == "0 objects, 0 kilobytes\n")
        #expect(try Shell.run("ls objects", in: path).output == "info\npack\n")
    }

    /// A damaged or empty file is as good as none: it is written anew.
    @Test(arguments: [": > FILE", "printf x | dd of=FILE bs=1 seek=9 conv=notrunc status=none"])
    func aDamagedObjectIsWrittenAnew(damage: String) throws {
        let repository = try Repository(openingAt: path)
        let bytes = CounterRandom(seed: 1, stream: 0).bytes(1000)
        var writer = LooseObjectWriter(repositoryAt: path)
        let id = try writer.write(bytes, into: repository)
        try writer.commit()
        #expect(repository.holds(id, .blob) == true)
        let file = "objects/\("\(id)".prefix(2))/\("\(id)".dropFirst(2))"
        _ = try Shell.run("chmod u+w \(file); \(damage.replacing("FILE", with: file))", in: path)
        #expect(repository.holds(id, .blob) == false)
        var second = LooseObjectWriter(repositoryAt: path)
        #expect(try second.write(bytes, into: repository) == id)
        try second.commit()
        #expect(try git("fsck --strict --no-dangling") == "")
    }
}
