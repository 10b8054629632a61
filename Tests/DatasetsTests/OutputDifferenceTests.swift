import Datasets
import Testing

@Suite struct OutputDifferenceTests {
    private func column(_ value: Float) -> Matrix { Matrix(rows: 1, columns: 1, values: [value]) }

    @Test(arguments: [
        (Float(1.0005), Float(1), true), (1.002, 1, false), (0.0009, 0, true), (0.0011, 0, false), (2_001, 2_000, true),
        (2_003, 2_000, false), (-.infinity, -.infinity, true), (.infinity, -.infinity, false), (3, .infinity, false),
        (.nan, .infinity, false), (.nan, 1, false), (1, .nan, false), (.greatestFiniteMagnitude, .infinity, false),
    ])
    func anOutputAgreesWhenItIsNear(found: Float, expected: Float, agrees: Bool) {
        #expect(column(found).agrees(with: column(expected), at: 0, within: 0.001) == agrees)
        #expect(column(found).distance(from: column(expected), at: 0).isFinite)
    }

    @Test func theSecondOfTwoClassesBringsTheFirst() throws {
        let outputs = Matrix(rows: 2, columns: 1, values: [0.25, 1])
        let classes = try ClassNames(["no", "yes"])
        #expect(outputs.withAllClasses(classes).values == [0.75, 0.25, 0, 1])
        #expect(outputs.probabilities(of: 2) == [0.75, 0.25, 0, 1])
        #expect(outputs.withAllClasses(nil) == outputs)
        let three = Matrix(rows: 1, columns: 3, values: [0.5, 0.25, 0.25])
        #expect(three.withAllClasses(try ClassNames(["a", "b", "c"])) == three)
        #expect(three.probabilities(of: 3) == [0.5, 0.25, 0.25])
    }
}
