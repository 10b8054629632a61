package import ModelPackage
package import Support

/// The members of a package, wherever they are: in a store, or unpacked in a folder.
package struct ModelFiles {
    /// What messages call the model.
    package let source: String
    private let exists: (String) -> Bool
    private let content: (String) throws -> [UInt8]

    /// The members of a package that is not unpacked.
    package init(_ package: PackageReader, source: String) {
        self.source = source
        exists = { package.manifest.member($0) != nil }
        content = { try package.read($0) }
    }

    /// Members that are in memory.
    package init(_ members: [String: [UInt8]], source: String) {
        self.source = source
        exists = { members[$0] != nil }
        content = { name in
            guard let bytes = members[name] else {
                throw PackageError("the package has no member `\(name)`", kind: .notFound)
            }
            return bytes
        }
    }

    /// The members that lie in a folder.
    package init(folder: String, source: String) {
        self.source = source
        exists = { FileSystem.exists("\(folder)/\($0)") }
        content = { try FileSystem.read("\(folder)/\($0)", limit: 1 << 36) }
    }

    /// Whether there is a member of this name.
    package func has(_ member: String) -> Bool { exists(member) }

    /// The content of a member; throws when there is none.
    package func read(_ member: String) throws -> [UInt8] { try content(member) }

    /// A member that is a JSON document of ours.
    package func document<Document: JSONDocument>(_ type: Document.Type, _ member: String) throws -> Document {
        try JSON.decode(type, from: read(member), source: "\(source), \(member)")
    }

    /// A member that is a JSON document of ours; `nil` when there is none.
    package func optional<Document: JSONDocument>(_ type: Document.Type, _ member: String) throws -> Document? {
        has(member) ? try document(type, member) : nil
    }
}
