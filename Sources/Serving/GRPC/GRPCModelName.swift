/// How messages name a model, and perhaps one of its versions or what it is for.
struct GRPCModelName {
    var name = ""
    /// Empty for the version that the traffic is dealt to; `stable` and `canary` name a role.
    var version = ""

    init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    /// Reads a message of two texts, the model as field `nameField` and its version behind it.
    init(_ bytes: Span<UInt8>, nameField: Int = 1) throws(RequestError) {
        var reader = MessageReader(0..<bytes.count)
        while let field = try reader.next(bytes) {
            switch field.number {
            case nameField: name = try reader.text(field, bytes)
            case nameField + 1: version = try reader.text(field, bytes)
            default: try reader.skip(field, bytes)
            }
        }
    }

    var selector: ModelTable.Selector {
        switch version {
        case "": .routed
        case "stable", "canary": .label(version)
        default: .version(version)
        }
    }

    /// The version that a description is about; of those that share the traffic, the stable one.
    func describedVersion(in table: ModelTable) throws(RequestError) -> LoadedVersion {
        try table.version(of: name, selector == .routed ? .label("stable") : selector, key: RoutingKey(number: 0))
    }
}
