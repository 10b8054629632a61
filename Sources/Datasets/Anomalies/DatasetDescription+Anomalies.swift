/// How the rows of an anomaly task are dealt out: normal ones are learned from, the others judge.
extension DatasetDescription {
    /// What every row that is not normal is called.
    package static let anomalous = "anomalous"

    /// The two classes of an anomaly task, what is normal and what is not; `nil` for other tasks.
    package func anomalyClasses() throws -> ClassNames? {
        guard task == .anomaly else { return nil }
        return try ClassNames(normal: normal ?? train.usualNormal, anomalous: Self.anomalous)
    }

    /// Throws ``DatasetError`` for a target that is a column of no table: a slip would make all rows normal.
    func checkLabelColumn() throws {
        guard let target = train.target else { return }
        let headers = try [train, validation, test].compactMap { try $0?.tableReader()?.header }
        guard !headers.contains(where: { $0.contains { $0.utf8.elementsEqual(target.utf8) } }) else { return }
        throw DatasetError.unknownColumn(train.targetPlace, target, known: headers[0])
    }

    /// Deals out rows; of an anomaly task none that is not normal goes to the training.
    ///
    /// Anomalies that were dealt to the training go to the parts that judge, in proportion to their shares: they are rare, and
    /// of no other use. Where rows are dealt out by groups or by time they are left out instead, as they would judge what
    /// rows of the same group have taught.
    func dealt(by places: RowPlaces, _ targets: Targets) throws -> Split.Parts {
        let parts = try split.parts(by: places, targets, seed: seed)
        guard task == .anomaly, case .classes(let labels, _) = targets else { return parts }
        var (validation, test) = (parts.validation, parts.test)
        let kept = split.validation + split.test
        if case .rows = places, kept > 0 {
            let share = split.validation / kept
            for (index, row) in parts.training.filter({ labels[$0] != 0 }).enumerated() {
                let (before, after) = ((Double(index) * share).rounded(), (Double(index + 1) * share).rounded())
                if after > before { validation.append(row) } else { test.append(row) }
            }
        }
        return Split.Parts(
            training: learnable(parts.training, of: targets),
            validation: validation.sorted(),
            test: test.sorted()
        )
    }

    /// The rows that may be learned from: of an anomaly task the normal ones, else all.
    func learnable(_ rows: [Int], of targets: Targets) -> [Int] {
        guard task == .anomaly, case .classes(let labels, _) = targets else { return rows }
        return rows.filter { labels[$0] == 0 }
    }
}

extension DataSource {
    /// What the normal class is called where nobody says otherwise: numbers of classes begin with it.
    fileprivate var usualNormal: String {
        switch self {
        case .idx, .npy, .npz: "0"
        case .csv, .jsonl, .folder, .recordings, .synthetic: "normal"
        }
    }
}

extension Examples {
    /// The rows of the first class, which of an anomaly task is what is normal.
    package var normalRows: Examples {
        guard case .classes(let labels, _) = targets, labels.contains(where: { $0 != 0 }) else { return self }
        return selecting(labels.indices.filter { labels[$0] == 0 })
    }

    /// How many rows are of the first class.
    package var normalCount: Int {
        guard case .classes(let labels, _) = targets else { return 0 }
        return labels.count { $0 == 0 }
    }
}
