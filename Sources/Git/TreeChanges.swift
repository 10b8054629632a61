/// Files in which two trees differ.
extension Repository {
    /// The files that are other, new or gone in `new`, by their paths; `nil` stands for one that is gone.
    ///
    /// Folders that are the same are not read.
    package borrowing func changes(
        from old: ObjectID?,
        to new: ObjectID,
        below path: String = ""
    ) throws(GitError) -> [(path: String, blob: ObjectID?)] {
        if old == new { return [] }
        let before = try old.map { (id) throws(GitError) in try tree(id) } ?? Tree()
        let after = try tree(new)
        var found: [(path: String, blob: ObjectID?)] = []
        for entry in after.entries where before[entry.name] != entry {
            let known = before[entry.name]
            if entry.isTree {
                let folder = known?.isTree == true ? known?.id : nil
                found += try changes(from: folder, to: entry.id, below: "\(path)\(entry.name)/")
            } else {
                found.append(("\(path)\(entry.name)", entry.id))
            }
        }
        for entry in before.entries where after[entry.name] == nil {
            if entry.isTree {
                found += try changes(from: nil, to: entry.id, below: "\(path)\(entry.name)/").map { ($0.path, nil) }
            } else {
                found.append(("\(path)\(entry.name)", nil))
            }
        }
        return found
    }
}
