internal import Inference
internal import ModelPackage
internal import Support

/// A document as a list of keys, such as `training.optimizer.learning_rate`, with their values.
struct Settings {
    private(set) var values: [String: Parameter] = [:]

    init() {}

    /// The keys of a JSON document under `prefix`, without those in `omitting`.
    init(_ bytes: [UInt8], under prefix: String = "", omitting: Set<String> = [], source: String) throws {
        guard case .group(let keys) = try JSON.decodePlain(Parameter.self, from: bytes, source: source) else { return }
        for (key, value) in keys where key != "schema" && !omitting.contains(key) {
            // The layers of a network are known by their names.
            add(key == "layers" ? prefix : Self.joined(prefix, key), value)
        }
    }

    private mutating func add(_ key: String, _ value: Parameter) {
        switch value {
        case .group(let group):
            for (name, item) in group where name != "name" {
                // `{"type": "adam", ...}` is `adam` with options, and `"adam"` is `adam` without.
                add(name == "type" ? key : Self.joined(key, name), item)
            }
        case .list(let items):
            let names = items.map { item -> String? in
                guard case .group(let group) = item, case .text(let name)? = group["name"] else { return nil }
                return name
            }
            // A list of numbers or words is one value.
            guard !names.isEmpty, names.allSatisfy({ $0 != nil }) else {
                values[key] = value
                return
            }
            for (name, item) in zip(names, items) { add(Self.joined(key, name ?? ""), item) }
        case .text, .number, .flag: values[key] = value
        }
    }

    private static func joined(_ prefix: String, _ key: String) -> String { prefix.isEmpty ? key : "\(prefix).\(key)" }

    /// The keys below a prefix, without it.
    func under(_ prefix: String) -> Settings {
        var result = Settings()
        for (key, value) in values where key.hasPrefix("\(prefix).") {
            result.values[String(key.dropFirst(prefix.count + 1))] = value
        }
        return result
    }

    mutating func merge(_ other: Settings) { values.merge(other.values) { first, _ in first } }
}

/// A key whose value is another, or that one side does not have.
package struct SettingChange: Encodable, Sendable {
    package let key: String
    private let before: Parameter?
    private let after: Parameter?

    /// The value as a person writes it; `nil` where there is none.
    package var from: String? { before.map(Self.text) }
    package var to: String? { after.map(Self.text) }

    private enum CodingKeys: String, CodingKey { case key, from, to }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
        try container.encode(before, forKey: .from)
        try container.encode(after, forKey: .to)
    }

    /// The keys that differ, in their order.
    static func all(from old: Settings, to new: Settings) -> [SettingChange] {
        Set(old.values.keys).union(new.values.keys).sorted().compactMap { key in
            let (before, after) = (old.values[key], new.values[key])
            return before == after ? nil : SettingChange(key: key, before: before, after: after)
        }
    }

    private static func text(_ value: Parameter) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
        case .flag(let flag): "\(flag)"
        case .list(let items): "[\(items.map(text).joined(separator: ", "))]"
        case .group(let group):
            "{\(group.sorted { $0.key < $1.key }.map { "\($0.key): \(text($0.value))" }.joined(separator: ", "))}"
        }
    }
}
