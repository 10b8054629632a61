import Support

/// Files that `Fixtures/make.py` made.
enum Fixtures {
    static func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        let path = "\(Path.parent(#filePath))/Fixtures/\(name)"
        return try JSON.decodePlain(type, from: FileSystem.read(path), source: name)
    }
}

/// Whether two figures agree to 1e-9, the promise of the documentation.
func agree(_ value: Double?, _ expected: Double?) -> Bool {
    guard let value, let expected else { return value == nil && expected == nil }
    return abs(value - expected) <= 1e-9 * max(1, abs(expected))
}
