/// Compares a table with the one that a model was made from.
///
/// A column drifts when the difference of its distributions is significant, which chance seldom makes it, and large
/// enough to matter, which among many rows not every significant one is. `docs/monitoring.md` has the rules and the
/// measurements.
package struct DriftComparison: Sendable {
    package let reference: TableSample
    package let current: TableSample
    package let settings: DriftSettings

    /// A comparison of two tables; either may come from a ``TableProfile``.
    ///
    /// - Throws: ``MonitoringError`` for a critical column that the reference does not have.
    package init(
        reference: TableSample,
        current: TableSample,
        settings: DriftSettings = .standard
    ) throws(MonitoringError) {
        for name in settings.criticalColumns where reference[name] == nil {
            throw .unknownCritical(name, known: reference.columns.map(\.name))
        }
        self.reference = reference
        self.current = current
        self.settings = settings
    }

    /// What there is to say about every column and the whole.
    package func report() -> DriftReport {
        let names = reference.columns.map(\.name) + current.columns.map(\.name).filter { reference[$0] == nil }
        let comparisons = names.map {
            ColumnComparison(reference: reference[$0], current: current[$0], settings: settings)
        }
        let judged = comparisons.indices.filter { comparisons[$0].distributionPValue != nil }
        let adjusted = FalseDiscoveryRate.adjusted(judged.compactMap { comparisons[$0].distributionPValue })
        let adjustedByColumn = Dictionary(uniqueKeysWithValues: zip(judged, adjusted))
        // The tests of data quality of all columns are a family of their own.
        let quality = FalseDiscoveryRate.adjusted(comparisons.flatMap { $0.qualityTests.map(\.pValue) })
        var columns: [DriftReport.Column] = []
        var next = 0
        for (index, comparison) in comparisons.enumerated() {
            let end = next + comparison.qualityTests.count
            columns.append(
                comparison.judged(
                    adjustedPValue: adjustedByColumn[index],
                    adjustedQuality: quality[next..<end],
                    alpha: settings.alpha
                )
            )
            next = end
        }
        return DriftReport(
            columns: Dictionary(uniqueKeysWithValues: zip(names, columns)),
            dataset: dataset(Array(zip(names, columns)), judged: Set(judged.map { names[$0] }))
        )
    }

    private func dataset(
        _ columns: [(name: String, column: DriftReport.Column)],
        judged: Set<String>
    ) -> DriftReport.Dataset {
        func names(_ holds: (DriftReport.Column) -> Bool) -> [String] {
            columns.filter { holds($0.column) }.map(\.name)
        }
        let drifted = names { $0.verdict == .drift }
        let quality = names { $0.reasons.contains(where: \.isDataQuality) }
        let critical = settings.criticalColumns.filter {
            drifted.contains($0) || quality.contains($0) || !judged.contains($0)
        }
        let verdict: DriftReport.Verdict =
            if !drifted.isEmpty || !quality.isEmpty { .drift } else if judged.isEmpty || !critical.isEmpty {
                .notEnoughData
            } else {
                .noDrift
            }
        return DriftReport.Dataset(
            rowsReference: reference.rows,
            rowsCurrent: current.rows,
            verdict: verdict,
            judgedColumns: judged.count,
            driftedColumns: drifted,
            shareOfDriftedColumns: judged.isEmpty ? nil : Double(drifted.count) / Double(judged.count),
            dataQualityColumns: quality,
            notEnoughDataColumns: names { $0.reasons.contains(.tooFewRows) },
            criticalColumnsInDoubt: critical,
            settings: settings
        )
    }
}

extension ColumnComparison {
    /// The column with its verdict, given the p-values adjusted for all columns.
    fileprivate func judged(
        adjustedPValue: Double?,
        adjustedQuality: ArraySlice<Double>,
        alpha: Double
    ) -> DriftReport.Column {
        var column = column
        for (test, adjusted) in zip(qualityTests, adjustedQuality) {
            switch test.reason {
            case .missingShare: column.missingAdjustedPValue = adjusted
            case .outOfRange, .newCategories: column.unseenAdjustedPValue = adjusted
            default: break
            }
            if test.isLarge, adjusted < alpha { column.reasons.append(test.reason) }
        }
        if let adjustedPValue {
            switch column.kind {
            case .number: column.ksAdjustedPValue = adjustedPValue
            case .text: column.chiSquareAdjustedPValue = adjustedPValue
            }
            if hasEffect, adjustedPValue < alpha {
                column.reasons.insert(.distribution, at: 0)
                column.verdict = .drift
            }
        }
        if column.verdict != .drift, column.reasons.contains(where: \.isDataQuality) { column.verdict = .dataQuality }
        return column
    }
}

extension DriftReport.Reason {
    /// Whether it is a fault of the data, and no statement about a distribution or about the comparison.
    var isDataQuality: Bool {
        ![.distribution, .columnAdded, .identifier, .tooFewRows].contains(self)
    }
}
