internal import Git
internal import Support

/// A package that lies at the remote under a name of its own, for as long as its writer tries to make it a version.
///
/// What a remote refuses, it forgets. A large package that lost a race for its number would travel once for every attempt; parked,
/// it travels twice at most.
struct ParkedPackage {
    fileprivate let tag: String
    /// The commit that holds the package.
    let commit: ObjectID
}

extension Store {
    /// The bytes from which a package is worth two more small pushes.
    private static let leastParked = 4 << 20
    /// The seconds after which nobody can be at work on a parked package any more.
    private static let longestParking = 86_400
    private static let parkingPrefix = "\(References.tags)upload-"

    /// Brings the package of a change to the remote under a name of its own; `nil` when it is small, or the host does not take it.
    func park(_ change: Change, at remote: Remote) async -> ParkedPackage? {
        guard change.newBytes >= Self.leastParked, let commit = packageCommit(of: change) else { return nil }
        let random = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        let tag = "\(Self.parkingPrefix)\(clock.now().seconds)-\(random)"
        let results = try? await push([PushedReference(tag, to: commit)], to: remote, bases: change.bases)
        return results?[tag] == .accepted ? ParkedPackage(tag: tag, commit: commit) : nil
    }

    /// Takes the name of a parked package away; where the host forbids that, it stays, and harms nobody.
    func release(_ parked: ParkedPackage, at remote: Remote) async {
        _ = try? await push([PushedReference(deleting: parked.tag, expecting: parked.commit)], to: remote)
    }

    /// Takes away what writers have parked and were killed before they could.
    func releaseAbandoned(among tags: [String: ObjectID], at remote: Remote) async {
        let abandoned = tags.filter { name, _ in
            guard name.hasPrefix(Self.parkingPrefix),
                let time = name.dropFirst(Self.parkingPrefix.count).split(separator: "-").first.flatMap({ Int64($0) })
            else { return false }
            let (age, isTooMuch) = clock.now().seconds.subtractingReportingOverflow(time)
            return !isTooMuch && age > Self.longestParking
        }
        guard !abandoned.isEmpty else { return }
        _ = try? await push(abandoned.map { PushedReference(deleting: $0.key, expecting: $0.value) }, to: remote)
    }
}
