import Monitoring
import Support
import Testing

struct ComparisonTests {
    /// The report of one column called `x`.
    private static func column(
        _ reference: TableSample.Values,
        _ current: TableSample.Values,
        settings: DriftSettings = .standard
    ) throws -> (column: DriftReport.Column, dataset: DriftReport.Dataset) {
        let (before, now) = (try Tables.table([("x", reference)]), try Tables.table([("x", current)]))
        let report = try DriftComparison(reference: before, current: now, settings: settings).report()
        // What a profile remembers leads to the same verdict.
        let remembered = try TableSample(TableProfile(before))
        let again = try DriftComparison(reference: remembered, current: now, settings: settings).report()
        #expect(again.columns["x"]?.verdict == report.columns["x"]?.verdict)
        #expect(again.columns["x"]?.reasons == report.columns["x"]?.reasons)
        return (try #require(report.columns["x"]), report.dataset)
    }

    @Test("Each change has its verdict and its reasons", arguments: ComparisonCase.all)
    func verdicts(sample: ComparisonCase) throws {
        let (column, dataset) = try Self.column(sample.reference, sample.current)
        #expect(column.verdict == sample.verdict)
        #expect(column.reasons == sample.reasons)
        #expect(dataset.verdict == sample.dataset)
        #expect(dataset.driftedColumns == (sample.verdict == .drift ? ["x"] : []))
    }

    @Test func columnsComeAndGo() throws {
        let reference = try Tables.table([
            ("kept", Tables.numbers(Tables.before)), ("gone", Tables.texts(Tables.colors)),
        ])
        let current = try Tables.table([("new", Tables.texts(Tables.colors)), ("kept", Tables.numbers(Tables.now))])
        let report = try DriftComparison(reference: reference, current: current).report()
        #expect(report.columns["gone"]?.verdict == .dataQuality)
        #expect(report.columns["gone"]?.reasons == [.columnMissing])
        #expect(report.columns["new"]?.verdict == .ignored)
        #expect(report.columns["new"]?.reasons == [.columnAdded])
        #expect(report.dataset.verdict == .drift)
        #expect(report.dataset.dataQualityColumns == ["gone"])
        #expect(report.dataset.judgedColumns == 1)
        #expect(report.dataset.shareOfDriftedColumns == 0)
    }

    @Test func anAddedColumnAloneIsNoAlarm() throws {
        let reference = try Tables.table([("kept", Tables.numbers(Tables.before))])
        let current = try Tables.table([("new", Tables.texts(Tables.colors)), ("kept", Tables.numbers(Tables.now))])
        #expect(try DriftComparison(reference: reference, current: current).report().dataset.verdict == .noDrift)
    }

    @Test func significanceIsAdjustedOverTheColumns() throws {
        // scipy 1.17.1: ks_2samp of these counts of 0 and 1 gives p = 0.03638428787491733 (D = 0.2, n = m = 100).
        let before = [Double](repeating: 0, count: 60) + [Double](repeating: 1, count: 40)
        let now = [Double](repeating: 0, count: 40) + [Double](repeating: 1, count: 60)
        func report(_ others: Int) throws -> DriftReport {
            let names = (0..<others).map { "other \($0)" }
            return try DriftComparison(
                reference: Tables.table([("x", Tables.numbers(before))] + names.map { ($0, Tables.numbers(before)) }),
                current: Tables.table([("x", Tables.numbers(now))] + names.map { ($0, Tables.numbers(before)) })
            ).report()
        }
        #expect(try report(0).dataset.driftedColumns == ["x"])
        let column = try #require(report(1).columns["x"])
        #expect(column.verdict == .noDrift)
        #expect(agree(column.ksPValue, 0.03638428787491733))
        #expect(agree(column.ksAdjustedPValue, 2 * 0.03638428787491733))
    }

    @Test func aTinyDifferenceOfManyRowsIsNoDrift() throws {
        let before = Tables.numbers(Tables.normal(20_000, stream: 8))
        let now = Tables.numbers(Tables.normal(20_000, stream: 9, shift: 0.1))
        let column = try Self.column(before, now).column
        #expect(column.verdict == .noDrift)
        #expect(try #require(column.ksAdjustedPValue) < 1e-6)
    }

    @Test func criticalColumnsMustBeJudged() throws {
        let settings = try DriftSettings(criticalColumns: ["b"])
        let reference = try Tables.table([("a", Tables.numbers(Tables.before)), ("b", Tables.texts(Tables.serials))])
        let current = try Tables.table([("a", Tables.numbers(Tables.now)), ("b", Tables.texts(Tables.serials))])
        let report = try DriftComparison(reference: reference, current: current, settings: settings).report()
        #expect(report.dataset.verdict == .notEnoughData)
        #expect(report.dataset.criticalColumnsInDoubt == ["b"])
        #expect(throws: MonitoringError.self) {
            try DriftComparison(reference: reference, current: current, settings: DriftSettings(criticalColumns: ["c"]))
        }
    }

    @Test(
        arguments: [
            (0, 0.1, 0.01, 100), (1, 0.1, 0.01, 100), (0.05, -1, 0.01, 100), (0.05, .nan, 0.01, 100),
            (0.05, 0.1, 1, 100), (0.05, 0.1, 0.01, 0),
        ] as [(Double, Double, Double, Int)]
    )
    func settingsOutOfRangeAreRefused(alpha: Double, effect: Double, unseen: Double, rows: Int) {
        let error = #expect(throws: MonitoringError.self) {
            try DriftSettings(alpha: alpha, effect: effect, unseenEffect: unseen, minimumRows: rows)
        }
        #expect(error?.kind == .usage)
    }

    @Test func twoColumnsOfOneNameAreRefused() {
        #expect(throws: MonitoringError.self) {
            try Tables.table([("x", Tables.numbers([1])), ("x", Tables.numbers([2]))])
        }
    }

    @Test func theReportKeepsTheNamesOfColumns() throws {
        let reference = try Tables.table([
            ("sensorTemp", Tables.numbers(Tables.before)), ("lineColor", Tables.texts(Tables.colors)),
        ])
        let report = try DriftComparison(reference: reference, current: reference).report()
        let bytes = try JSON.encode(report, pretty: false)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text.hasPrefix(
                #"{"columns":{"lineColor":{"chi2":0,"chi2_p":1,"chi2_p_adjusted":1,"count_current":500,"#
                    + #""count_reference":500,"cramers_v":0,"hellinger":0,"jensen_shannon":0,"kind":"text","#
                    + #""l_infinity":0,"missing_current":0,"missing_reference":0,"new_values":[],"new_values_share":0,"psi":0,"#
                    + #""reasons":[],"total_variation":0,"unseen_p_adjusted":1,"verdict":"no_drift"},"sensorTemp":{"#
            )
        )
        #expect(
            text.hasSuffix(
                #""dataset":{"critical_columns_in_doubt":[],"data_quality_columns":[],"drifted_columns":[],"#
                    + #""judged_columns":2,"not_enough_data_columns":[],"rows_current":500,"rows_reference":500,"settings":{"alpha":0.05,"#
                    + #""critical_columns":[],"effect":0.1,"minimum_rows":100,"unseen_effect":0.01},"#
                    + #""share_of_drifted_columns":0,"verdict":"no_drift"}}"#
            )
        )
        let keys = [
            "ks_stat", "ks_p", "ks_p_adjusted", "wasserstein", "wasserstein_norm", "psi", "jensen_shannon",
            "mean_reference",
            "standard_deviation_current", "out_of_range", "infinite_current", "invalid_current",
        ]
        #expect(keys.filter { !text.contains("\"\($0)\":") } == [])
        #expect(try JSON.decodePlain(DriftReport.self, from: bytes, source: "report") == report)
    }

    @Test func numbersNearTheLargestCanBeWrittenDown() throws {
        let large = (0..<200).map { Double($0 % 2 == 0 ? 1 : -1) * 1.7e308 }
        let report = try DriftComparison(
            reference: Tables.table([("x", Tables.numbers(large))]),
            current: Tables.table([("x", Tables.numbers(large.map { -$0 / 2 }))])
        ).report()
        #expect(throws: Never.self) { try JSON.encode(report, pretty: true) }
    }

    @Test func newValuesAreNamed() throws {
        let new = (0..<30).map { ("new \($0)", 30 - $0) }
        let column = try Self.column(Tables.texts(Tables.colors), Tables.texts(Tables.colors + new)).column
        #expect(column.newValues?.count == 20)
        #expect(column.newValues?.first == "new 0")
        #expect(agree(column.newValuesShare, 465.0 / 965))
    }
}
