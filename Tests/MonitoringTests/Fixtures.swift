import Monitoring
import Support

/// Files that `Fixtures/make.py` made.
enum Fixtures {
    static func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        let path = "\(Path.parent(#filePath))/Fixtures/\(name)"
        return try JSON.decodePlain(type, from: FileSystem.read(path), source: name)
    }
}

/// Numbers that stand in a fixture, or the formula in whole numbers that gives them: see `Fixtures/make.py`.
struct SampleFixture: Decodable, Sendable {
    let numbers: [Double]

    private enum CodingKeys: CodingKey { case values, count, modulus, divisor, shift, square, factor, offset }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let values = try container.decodeIfPresent([Double].self, forKey: .values) {
            numbers = values
            return
        }
        func integer(_ key: CodingKeys) throws -> Int { try container.decode(Int.self, forKey: key) }
        let (square, factor, offset) = (try integer(.square), try integer(.factor), try integer(.offset))
        let (modulus, divisor) = (try integer(.modulus), Double(try integer(.divisor)))
        let shift = try container.decode(Double.self, forKey: .shift)
        numbers = (0..<(try integer(.count))).map { index in
            Double((square * index * index + factor * index + offset) % modulus) / divisor + shift
        }
    }

    var distribution: NumericDistribution { NumericDistribution(numbers) }
}

/// The distances of two samples over bins.
struct DistanceFixture: Decodable, Sendable {
    let psi: Double
    let jensenShannon: Double
    let hellinger: Double
    let totalVariation: Double
    let largest: Double

    func agrees(with pair: BinnedPair) -> Bool {
        agree(pair.populationStabilityIndex, psi) && agree(pair.jensenShannonDistance, jensenShannon)
            && agree(pair.hellingerDistance, hellinger) && agree(pair.totalVariationDistance, totalVariation)
            && agree(pair.largestDifference, largest)
    }
}

/// Whether two statistics agree to 1e-9, the promise of the documentation.
func agree(_ value: Double?, _ expected: Double?, relative: Double = 1e-9) -> Bool {
    guard let value, let expected else { return value == nil && expected == nil }
    return abs(value - expected) <= relative * max(1, abs(expected))
}

/// Whether two probabilities agree in their digits, however small they are; below 1e-300 any will do.
func agreeInDigits(_ value: Double, _ expected: Double, relative: Double = 1e-9) -> Bool {
    abs(value - expected) <= relative * abs(expected) + 1e-300
}
