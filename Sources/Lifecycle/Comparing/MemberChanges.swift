internal import ModelPackage
internal import Support

/// How the files of two packages differ.
package struct MemberChanges: Encodable, Sendable {
    /// A file that one of them has, or that is another in each.
    package struct Line: Encodable, Sendable {
        package let path: String
        /// Its size; `nil` where it is not there.
        package let from: Int?
        package let to: Int?
    }

    package let added: [Line]
    package let removed: [Line]
    package let changed: [Line]
    /// How many files are the same.
    package let same: Int
    /// The size of the second package.
    package let bytes: Int
    /// How much of it is stored once for both; `nil` where one is a run, which is not stored yet.
    package let sharedBytes: Int?

    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    init(from old: ComparedModel, to new: ComparedModel) {
        let before = Dictionary(old.members.map { ($0.path, $0) }) { first, _ in first }
        let paths = Set(new.members.map(\.path))
        added = new.members.filter { before[$0.path] == nil }.map { Line(path: $0.path, from: nil, to: $0.size) }
        removed = old.members.filter { !paths.contains($0.path) }.map { Line(path: $0.path, from: $0.size, to: nil) }
        changed = new.members.compactMap { member in
            guard let other = before[member.path], other.digest != member.digest else { return nil }
            return Line(path: member.path, from: other.size, to: member.size)
        }
        same = new.members.count { before[$0.path]?.digest == $0.digest }
        bytes = new.chunks.map { $0.reduce(0) { $0 + $1.size } } ?? new.members.reduce(0) { $0 + $1.size }
        if let mine = old.chunks, let theirs = new.chunks {
            let known = Set(mine.map(\.digest))
            sharedBytes = theirs.reduce(0) { $0 + (known.contains($1.digest) ? $1.size : 0) }
        } else {
            sharedBytes = nil
        }
    }

    /// Whether a file that answers come from is another; what is kept for people and later trainings does not count.
    var touchesBehaviour: Bool {
        let others = [
            MemberNames.profile, MemberNames.goldenInputs, MemberNames.goldenTable, MemberNames.goldenOutputs,
        ]
        return (added + removed + changed).contains { !$0.path.hasPrefix("training/") && !others.contains($0.path) }
    }
}
