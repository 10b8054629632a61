extension CSVFormat {
    /// The delimiters that are looked for; the earlier one wins where both fit alike.
    private static let candidates: [Unicode.Scalar] = [",", ";", "\t", "|"]

    /// The records that are looked at.
    private static let sample = 200

    /// The format of a file, by its first records: the delimiter that cuts most of them into the same number of fields.
    ///
    /// A file without any is taken for a table of one column. What stands before decimals is no delimiter.
    package static func detected(in path: String, decimal: Unicode.Scalar = ".") throws -> CSVFormat {
        var best: (format: CSVFormat, share: Double, fields: Int)?
        for candidate in candidates where candidate != decimal {
            let format = CSVFormat(delimiter: candidate)
            var scanner = try CSVScanner(path: path, format: format)
            var counts: [Int] = []
            // A delimiter that is not the file's may find quotes in the wrong place: what was read so far counts.
            while counts.count < sample, (try? scanner.next()) == true { counts.append(scanner.fields.count) }
            guard let fields = counts.first, fields > 1 else { continue }
            let share = Double(counts.count { $0 == fields }) / Double(counts.count)
            if best.map({ (share, fields) > ($0.share, $0.fields) }) ?? true { best = (format, share, fields) }
        }
        return best?.format ?? CSVFormat(delimiter: decimal == "," ? ";" : ",")
    }
}
