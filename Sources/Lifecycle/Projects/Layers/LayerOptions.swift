internal import NeuralNetwork
internal import ProjectFile

/// The options of a layer in the project file, one after another; what nobody asks for is an error at the end.
struct LayerOptions: ~Copyable {
    private var section: ProjectSection

    /// The options of a layer; `short` names the one that may stand alone, such as the units in `dense: 64`.
    init(_ layer: LayerNode, short: String? = nil) throws {
        section = try layer.group(short: short).section()
    }

    mutating func optional(_ key: String) -> ProjectNode? { section.optional(key) }

    mutating func required(_ key: String) throws -> ProjectNode { try section.required(key) }

    /// Ends the reading: throws ``ProjectError`` for an option that the layer does not have.
    consuming func finish() throws { try section.finish() }

    mutating func count(_ key: String) throws -> Int? { try optional(key)?.count() }
    mutating func boolean(_ key: String) throws -> Bool? { try optional(key)?.boolean() }
    mutating func activation(_ key: String = "activation") throws -> Activation? {
        try optional(key).map { try Activation(reading: $0) }
    }
    mutating func initializer(_ key: String) throws -> Initializer? {
        try optional(key).map { try Initializer(reading: $0) }
    }
    mutating func regularizer(_ key: String) throws -> Regularizer? {
        try optional(key).map { try Regularizer(reading: $0) }
    }

    /// One size for both axes, or `[height, width]`.
    mutating func sizes(_ key: String) throws -> [Int]? { try optional(key)?.sizes() }

    mutating func padding(_ words: [Padding]) throws -> Padding? {
        try optional("padding").map { Padding(rawValue: try $0.word(of: words.map(\.rawValue))) ?? .valid }
    }
}

extension LayerNode {
    /// The options as a group, also where there are none, or one that stands alone.
    fileprivate func group(short: String?) throws -> ProjectNode {
        guard let options else {
            return ProjectNode(.mapping([]), file: node.file, line: node.line, path: node.path)
        }
        if case .mapping = options.content { return options }
        guard let short else { throw options.error("`\(name)`: expected a group of options") }
        var group = options
        group.content = .mapping([(key: short, line: options.line, value: options)])
        return group
    }
}

extension ProjectNode {
    /// A number that counts something.
    func count() throws -> Int { try integer(in: 1...134_217_728) }

    /// One size for both axes, or `[height, width]`.
    func sizes() throws -> [Int] {
        guard case .list = content else {
            let size = try count()
            return [size, size]
        }
        let sizes = try list().map { try $0.count() }
        guard sizes.count == 2 else { throw error("`\(path)`: expected one size, or [height, width]") }
        return sizes
    }
}

extension Regularizer {
    /// Reads `{l2: 0.0001}` or `{l1: 0.01, l2: 0.0001}`.
    init(reading node: ProjectNode) throws {
        var section = try node.section()
        let l1 = try section.optional("l1")?.number(in: 0...1e6)
        let l2 = try section.optional("l2")?.number(in: 0...1e6)
        try section.finish()
        guard l1 != nil || l2 != nil else { throw node.error("`\(node.path)`: expected l1 or l2") }
        self.init(l1: Float(l1 ?? 0), l2: Float(l2 ?? 0))
    }
}
