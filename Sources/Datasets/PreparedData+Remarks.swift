extension PreparedData {
    /// What a person should know about the data before trusting a figure: columns that teach nothing, and classes that
    /// nothing is measured on.
    package var remarks: [String] { constantColumns + classesThatAreMissing }

    private var constantColumns: [String] {
        var remarks: [String] = []
        var offset = 0
        for column in features.columns {
            // Of a picture some places are always the same.
            if column.input.width == 1,
                training.isConstant(
                    offset..<offset + column.width,
                    inEach: features.stepWidth
                )
            {
                remarks.append(
                    "column `\(column.field.name)` is the same in every training row and teaches nothing; list it under ignore:"
                )
            }
            offset += column.width
        }
        return remarks
    }

    private var classesThatAreMissing: [String] {
        guard let classes else { return [] }
        let all = [training, validation, test].compactMap { $0?.targets.rowsOfClasses }
        let parts = [("validation", validation), ("test", test)]
        return parts.flatMap { name, part in
            guard let rows = part?.targets.rowsOfClasses else { return [] as [String] }
            // Anomalies may be nowhere: what is normal is learned without.
            let absent = rows.indices.filter { label in
                rows[label] == 0 && (!classes.isOneClass || all.contains { $0[label] > 0 })
            }
            if absent.count > 3 {
                let names = DatasetError.list(absent.map { classes.names[$0] }, limit: 5)
                return ["no \(name) row is of \(absent.count) of the classes: nothing here measures \(names)"]
            }
            return absent.map { index in
                let total = all.reduce(0) { $0 + $1[index] }
                return """
                    no \(name) row is of class `\(classes.names[index])`, which has \(total) row\(total == 1 ? "" : "s") in \
                    all: nothing here measures how well it is recognized
                    """
            }
        }
    }
}

extension Examples {
    /// Whether some features of each step of so many never change; a row that is no window is one step.
    fileprivate func isConstant(_ features: Range<Int>, inEach width: Int) -> Bool {
        for row in 0..<rows {
            for start in stride(from: 0, to: inputs.columns, by: width) {
                for feature in features where inputs[row, start + feature] != inputs[0, feature] { return false }
            }
        }
        return rows > 1
    }
}

extension Targets {
    /// How many rows each class has; `nil` for values.
    fileprivate var rowsOfClasses: [Int]? {
        guard case .classes(let labels, let count) = self else { return nil }
        var rows = [Int](repeating: 0, count: count)
        for label in labels { rows[Int(label)] += 1 }
        return rows
    }
}
