import Datasets

/// Reads a table, fits features to all of its rows and computes them, as training does, and prints what came out.
///
/// The benchmark times it: no verb does this and nothing else.
let path = CommandLine.arguments[1]
let format = CSVFormat(missing: MissingMarkers(["", "NA", "-999"]))
let source = DataSource.csv(path: path, format: format, target: "defect")
let description = FeatureDescription(
    [
        .init("n*", [.impute(.init(.median)), .standardize]),
        .init("machine", [.oneHot()]), .init("operator", [.oneHot()]), .init("material", [.oneHot()]),
        .init("recipe", [.oneHot()]),
    ],
    ignored: ["time"]
)
let table = try FittedTable(source, features: description)
var rows = 0
var sum = 0.0
try table.forEachBlock { matrix in
    rows += matrix.rows
    for value in matrix.values.prefix(matrix.columns) { sum += Double(value) }
}
print("\(rows) rows of \(table.features.names.count) features, checksum \(sum)")
