/// What the name of a column says about it.
enum ColumnWords {
    /// Words for things of which one has many rows, in the languages of factories that we know.
    private static let groups: Set<String> = [
        "batch", "lot", "charge", "los", "group", "patient", "subject", "person", "customer", "user", "client", "site",
        "plant", "serial", "unit", "part", "order", "auftrag", "run", "session", "experiment", "trial", "engine",
        "vehicle", "wafer", "coil", "heat", "cast", "shipment", "store", "household", "speaker",
    ]

    /// Words for what only tells rows apart.
    private static let identifiers: Set<String> = [
        "id", "row", "index", "idx", "number", "no", "nr", "key", "uuid", "guid", "serial", "unnamed", "record",
    ]

    /// Words for the moment of a row.
    private static let times: Set<String> = [
        "time", "timestamp", "date", "datetime", "epoch", "ts", "zeit", "datum", "zeitstempel",
    ]

    static func isTime(_ name: String) -> Bool { !words(name).isDisjoint(with: times) }

    static func isGroup(_ name: String) -> Bool { !words(name).isDisjoint(with: groups) }

    static func isIdentifier(_ name: String) -> Bool { !words(name).isDisjoint(with: identifiers) }

    /// The words of `batch_id`, `BatchID` or `batch-id`.
    private static func words(_ name: String) -> Set<String> {
        var words: [String] = [""]
        var isInCapitals = false
        for letter in name {
            let isCapital = letter.isUppercase
            if !letter.isLetter {
                words.append("")
            } else {
                if isCapital, !isInCapitals { words.append("") }
                words[words.count - 1] += letter.lowercased()
            }
            isInCapitals = isCapital
        }
        return Set(words.filter { !$0.isEmpty })
    }
}
