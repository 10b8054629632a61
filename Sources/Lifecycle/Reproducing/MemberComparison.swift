internal import ModelPackage
package import Support
internal import TensorFiles

/// A member of a package as it was registered and as it came out again.
package struct MemberComparison: Encodable, Sendable {
    package let name: String
    /// `nil` when it was not there.
    package let expected: Digest?
    /// `nil` when it did not come out.
    package let found: Digest?
    /// Where the two differ first, for people; `nil` when they are the same.
    package let difference: String?

    package var isSame: Bool { found == expected }

    /// Compares the bytes; `nil` where there are none.
    init(_ name: String, expected: [UInt8]?, found: [UInt8]?) throws {
        self.name = name
        self.expected = expected.map { Digest(of: $0) }
        self.found = found.map { Digest(of: $0) }
        switch (expected, found) {
        case (let expected?, let found?):
            difference = expected == found ? nil : try MemberComparison.difference(name, expected, found)
        case (nil, _): difference = "it is new"
        case (_, nil): difference = "it is missing"
        }
    }

    private static func difference(_ name: String, _ expected: [UInt8], _ found: [UInt8]) throws -> String {
        switch true {
        case name.hasSuffix(".safetensors"):
            let old = try Safetensors.decode(expected, source: name).tensors
            let new = try Safetensors.decode(found, source: name).tensors
            for (tensor, values) in old.sorted(by: { $0.key < $1.key }) {
                guard let others = new[tensor] else { return "`\(tensor)` is missing" }
                if let text = try numbers(values, others) { return "`\(tensor)`: \(text)" }
            }
            return "`\(new.keys.sorted().first { old[$0] == nil } ?? "header")` is new"
        case name.hasSuffix(".npy"):
            return try numbers(NPY.decode(expected, source: name), NPY.decode(found, source: name))
                ?? "the headers differ"
        case name.hasSuffix(".jsonl"):
            let (old, new) = (expected.split(separator: 10), found.split(separator: 10))
            let line = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
            func text(_ lines: [ArraySlice<UInt8>]) -> String {
                lines.indices.contains(line) ? String(decoding: lines[line], as: UTF8.self) : "nothing"
            }
            return "line \(line + 1): expected \(text(old)), found \(text(new))"
        default:
            let changes = SettingChange.all(
                from: try Settings(expected, source: name),
                to: try Settings(found, source: name)
            )
            return changes.first.map { "`\($0.key)`: expected \($0.from ?? "nothing"), found \($0.to ?? "nothing")" }
                ?? "the bytes differ"
        }
    }

    /// The first number that differs, and how many do.
    private static func numbers(_ expected: Tensor, _ found: Tensor) throws -> String? {
        guard expected.shape == found.shape else { return "expected shape \(expected.shape), found \(found.shape)" }
        let (old, new) = (try expected.floats(), try found.floats())
        let places = old.indices.filter { old[$0].bitPattern != new[$0].bitPattern }
        guard let first = places.first else { return nil }
        let largest = places.map { abs(old[$0] - new[$0]) }.max() ?? 0
        return """
            number \(first + 1): expected \(old[first]), found \(new[first]); \(places.count) of \(old.count) differ, \
            by \(largest) at most
            """
    }
}
