package import Datasets

/// Models that every conformance test of the protocol knows, for tests of clients and of this server.
package enum FixtureModel: String, Sendable, CaseIterable {
    /// Gives back what it gets: numbers of any count as `OUTPUT0`, from `INPUT0`.
    case identity
    /// The sum and the difference of two tensors of 16 whole numbers, as Triton's examples have it.
    case simple
}

extension FixtureModel: ServableModel {
    package var inputs: [TensorDescription] {
        switch self {
        case .identity: [TensorDescription(name: "INPUT0", type: .float32, shape: [-1, -1])]
        case .simple:
            ["INPUT0", "INPUT1"].map { TensorDescription(name: $0, type: .int32, shape: [-1, 16]) }
        }
    }

    package var outputs: [TensorDescription] {
        switch self {
        case .identity: [TensorDescription(name: "OUTPUT0", type: .float32, shape: [-1, -1])]
        case .simple:
            ["OUTPUT0", "OUTPUT1"].map { TensorDescription(name: $0, type: .int32, shape: [-1, 16]) }
        }
    }

    package var platform: String { "mlops_fixture" }
    package var classes: [String]? { nil }

    package func prepare(_ inputs: [InputTensor]) throws(RequestError) -> PreparedInput {
        let expected = self.inputs
        guard inputs.count == expected.count else {
            throw .invalid("expected \(expected.count) inputs, found \(inputs.count)")
        }
        var found: [InputTensor] = []
        for port in expected {
            guard let input = inputs.first(where: { $0.name == port.name }) else {
                throw .invalid("input `\(port.name)` is missing")
            }
            guard input.type == port.type else {
                throw .invalid("input `\(port.name)`: expected \(port.type.rawValue), found \(input.type.rawValue)")
            }
            found.append(input)
        }
        switch self {
        case .identity:
            let values = (found[0].values.doubles ?? []).map { Float($0) }
            guard values.allSatisfy(\.isFinite) else {
                throw .invalid("input `INPUT0` holds a number that is not finite")
            }
            return .answered([
                OutputTensor(name: "OUTPUT0", type: .float32, shape: found[0].shape, values: .floats(values))
            ])
        case .simple:
            let shape = found[0].shape
            guard shape == found[1].shape, shape.count == 2, shape[1] == 16 else {
                throw .invalid("expected two inputs of the shape [rows, 16], found \(shape) and \(found[1].shape)")
            }
            let (first, second) = (found[0].values.doubles ?? [], found[1].values.doubles ?? [])
            func output(_ name: String, _ combine: (Int32, Int32) -> Int32) -> OutputTensor {
                // Whole numbers of 32 bits wrap around, as they do in every other implementation.
                let values = zip(first, second).map { Double(combine(Int32($0), Int32($1))) }
                return OutputTensor(name: name, type: .int32, shape: shape, values: .numbers(values))
            }
            return .answered([output("OUTPUT0", &+), output("OUTPUT1", &-)])
        }
    }

    package func answer(_ rows: Matrix) throws -> Matrix { rows }

    package func meaning(of answer: Matrix) throws(RequestError) -> ModelAnswer { ModelAnswer([], .other) }
}
