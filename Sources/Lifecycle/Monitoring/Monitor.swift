internal import Datasets
internal import ModelPackage
internal import ModelStore
package import Monitoring
internal import Support

/// Compares the rows that a model sees today with those that it was made from.
package struct Monitor: Sendable {
    /// What the current rows are compared with.
    package enum Reference: Sendable {
        /// What a version remembers of its training rows.
        case version(ModelReference)
        case file(String)
    }

    package var reference: Reference
    /// The file of current rows.
    package var current: String
    /// Columns that are not compared, as names or patterns with `*`.
    package var ignored: [String] = []
    package var settings: DriftSettings = .standard

    package init(reference: Reference, current: String) {
        self.reference = reference
        self.current = current
    }

    /// What was found.
    package struct Report: Encodable, Sendable {
        /// The model whose memory they were compared with; `nil` for a file.
        package let model: String?
        /// What the current rows were compared with: a version, or a file.
        package let reference: String
        package let current: String
        package let columns: [String: DriftReport.Column]
        package let dataset: DriftReport.Dataset
        /// The columns in the order of the reference.
        package let order: [String]
        /// Columns of the reference that are nothing to compare: times, identifiers, what was to be ignored.
        package let leftOut: [String]
        /// Pictures of the columns that drift; not part of the document.
        package let pictures: [String: HistogramPair]

        private enum CodingKeys: String, CodingKey { case model, reference, current, columns, dataset, leftOut }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(model, forKey: .model)
            try container.encode(reference, forKey: .reference)
            try container.encode(current, forKey: .current)
            try container.encode(columns, forKey: .columns)
            try container.encode(dataset, forKey: .dataset)
            try container.encode(leftOut, forKey: .leftOut)
        }
    }

    /// Reads both, and compares.
    ///
    /// Throws ``StoreError``: no such version (14), or one that remembers nothing of its rows (15); and the failures of
    /// tables that cannot be read.
    package func run(in invocation: Invocation) async throws -> Report {
        let remembered = try await rememberedRows(invocation)
        let sample = try currentRows(like: remembered, invocation)
        let comparison = try DriftComparison(reference: remembered.sample, current: sample, settings: settings)
        let report = comparison.report()
        let drifted = Set(report.dataset.driftedColumns + report.dataset.dataQualityColumns)
        var pictures: [String: HistogramPair] = [:]
        for column in drifted { pictures[column] = comparison.histogram(of: column) }
        let order = remembered.sample.columns.map(\.name)
        return Report(
            model: remembered.model,
            reference: remembered.name,
            current: current,
            columns: report.columns,
            dataset: report.dataset,
            order: order + report.columns.keys.filter { !order.contains($0) }.sorted(),
            leftOut: remembered.leftOut,
            pictures: pictures
        )
    }

    /// What the current rows are compared with.
    private struct Remembered {
        let sample: TableSample
        var model: String?
        let name: String
        /// Columns that are nothing to compare.
        let leftOut: [String]
        /// How its tables are written.
        let format: CSVFormat
    }

    private func rememberedRows(_ invocation: Invocation) async throws -> Remembered {
        switch reference {
        case .file(let path):
            return try lookAtFile(path, invocation)
        case .version(let reference):
            let store = try await invocation.openStore()
            let record = try await invocation.package(reference, in: store)
            let package = try store.package(of: record)
            guard package.manifest.member(MemberNames.profile) != nil else {
                throw StoreError(
                    .refused,
                    "\(record.title) remembers nothing of the rows that it was made from",
                    hints: ["give them: mlops monitor --reference FILE --current \(current)"]
                )
            }
            let profile = try JSON.decode(
                TableProfile.self,
                from: package.read(MemberNames.profile),
                source: record.title
            )
            var format: CSVFormat?
            if package.manifest.member(MemberNames.features) != nil {
                let features = try package.read(MemberNames.features)
                format = try JSON.decode(FeaturePipeline.self, from: features, source: record.title).format
            }
            return Remembered(
                sample: try TableSample(profile).without { isIgnored($0) },
                model: record.model,
                name: record.title,
                leftOut: profile.columns.map(\.name).filter(isIgnored),
                format: format ?? CSVFormat()
            )
        }
    }

    /// Throws ``StoreError`` (14) for something to ignore that is nowhere: a slip would have it compared.
    private func checkIgnored(among names: [String]) throws {
        for pattern in ignored where !names.contains(where: NamePattern(pattern).matches) {
            let near = NearestWord.find(pattern, in: names).map { "did you mean `\($0)`?" }
            throw StoreError(
                .notFound,
                "there is no column `\(pattern)` to ignore",
                hints: [near ?? "the columns are: \(names.prefix(20).joined(separator: ", "))"]
            )
        }
    }

    private func isIgnored(_ name: String) -> Bool { ignored.contains { NamePattern($0).matches(name) } }

    /// A table that nobody has described: its types are seen in a look at all of it.
    private func lookAtFile(_ path: String, _ invocation: Invocation) throws -> Remembered {
        let file = invocation.resolve(path)
        let table = try TableInspection(path: file, cancellation: invocation.cancellation)
        let isLeftOut = { (column: ColumnInspection) -> Bool in
            if case .date = column.kind { return true }
            let isCounter = column.numbers?.areIntegers == true && column.isStrictlyAscending && column.rows > 1
            return isCounter || isIgnored(column.name)
        }
        let columns = table.columns.filter { !isLeftOut($0) }
        guard !columns.isEmpty else { throw StoreError(.refused, "`\(path)` has no column to compare") }
        let reader = try CSVRowReader(path: file, format: table.format)
        try reader.select(columns.map { Field($0.name, $0.kind == .number ? .number : .text) })
        var sampler = TableSampler(
            columns.map { ($0.name, $0.kind == .number ? .number : .text) },
            format: table.format
        )
        while let rows = try reader.read(upTo: 4096) {
            try invocation.cancellation.check()
            sampler.add(rows)
        }
        return Remembered(
            sample: try sampler.finish(),
            name: path,
            leftOut: table.columns.filter(isLeftOut).map(\.name),
            format: table.format
        )
    }

    /// The current rows, with the types of the reference; columns that it does not have are read as text.
    private func currentRows(like remembered: Remembered, _ invocation: Invocation) throws -> TableSample {
        let file = invocation.resolve(current)
        let (reader, format) = try TableFile.detectedReader(of: file, like: remembered.format)
        let reference = remembered.sample.columns.map(\.name) + remembered.leftOut
        try checkIgnored(among: reference + reader.header.filter { !reference.contains($0) })
        let names = reader.header.filter { name in
            remembered.sample[name] != nil || (isNews(name) && !remembered.leftOut.contains(name))
        }
        try reader.select(names.map { Field($0, .text) })
        var sampler = TableSampler(names.map { ($0, remembered.sample[$0]?.kind ?? .text) }, format: format)
        while let rows = try reader.read(upTo: 4096) {
            try invocation.cancellation.check()
            sampler.add(rows)
        }
        return try sampler.finish()
    }

    /// Whether a column that the reference lacks is worth a line: not for a version, which forgets what it does not use.
    private func isNews(_ name: String) -> Bool {
        if case .file = reference { return !isIgnored(name) }
        return false
    }
}

extension TableSample {
    /// The table without some of its columns.
    fileprivate func without(_ isIgnored: (String) -> Bool) throws -> TableSample {
        try TableSample(rows: rows, columns: columns.filter { !isIgnored($0.name) })
    }
}
