/// Outputs of two models, or of one at two times, for the same rows.
extension Matrix {
    /// How far the output at a place is from the one that is expected.
    ///
    /// A difference that is no number is as large as one can be, and can be written down.
    package func distance(from expected: Matrix, at place: Int) -> Float {
        let (found, wanted) = (values[place], expected.values[place])
        if found == wanted { return 0 }
        let difference = abs(found - wanted)
        return difference.isFinite ? difference : .greatestFiniteMagnitude
    }

    /// Whether the output at a place is off by no more than a tolerance, relative to the expected one or to 1.
    package func agrees(with expected: Matrix, at place: Int, within tolerance: Float) -> Bool {
        let (found, wanted) = (values[place], expected.values[place])
        // No number is near an infinite one, however large the tolerance that it gives.
        return found == wanted || wanted.isFinite && abs(found - wanted) <= tolerance * max(1, abs(wanted))
    }
}
