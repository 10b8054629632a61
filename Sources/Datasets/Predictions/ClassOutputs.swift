/// The outputs of a classification: a column for each class, or the probability of the second of two alone.
extension Matrix {
    /// With a column for each class.
    ///
    /// The scores of an anomaly task are no probabilities, and stay as they are.
    package func withAllClasses(_ classes: ClassNames?) -> Matrix {
        guard let classes, classes.names.count == 2, !classes.isOneClass, columns == 1 else { return self }
        return Matrix(rows: rows, columns: 2, values: values.flatMap { [1 - $0, $0] })
    }

    /// The probabilities of so many classes, row after row.
    package func probabilities(of classes: Int) -> [Double] {
        let numbers = values.map { Double($0) }
        return classes == 2 && columns == 1 ? numbers.flatMap { [1 - $0, $0] } : numbers
    }
}
