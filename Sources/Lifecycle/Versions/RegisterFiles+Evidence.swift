internal import Datasets
internal import Inference
internal import ModelPackage
internal import ModelStore
internal import ProjectFile
internal import Support

/// What is brought along with a model of another framework: its figures, and rows with the answers they must get.
extension RegisterFiles {
    /// Throws ``StoreError`` (64) when the project's model is a network that is trained here.
    ///
    /// Any file would silently take the place of `latest`, and nothing could test or serve it.
    func refuseProjectsNetwork(_ model: String, _ invocation: Invocation) async throws {
        let isTrainedHere = try invocation.readProjectIfAny()?.project.network.isEmpty == false
        let latest = (try? invocation.openStoreAsItIs().latest(of: model))?.kind
        guard isTrainedHere || latest == .network else { return }
        throw StoreError(
            .usage,
            "`\(model)` is a network that is trained here; say of which model `\(path)` is a version",
            hints: ["add: --model NAME", "if it is to be a version of `\(model)`: --model \(model)"]
        )
    }

    /// Throws ``StoreError`` (1) for files under names that are ours.
    func refuseReservedNames(_ members: [MemberSource]) throws {
        let taken = members.first { member in
            golden != nil && ExternalContract.reserved.contains { member.path.hasPrefix($0) }
        }
        guard let taken else { return }
        throw StoreError(
            .failed,
            "`\(taken.path)` is a name that mlops uses itself",
            hints: ["give the file another name; ours are: \(ExternalContract.reserved.joined(separator: ", "))"]
        )
    }

    /// What goes in and what comes out, by the data of the project that answers for the model, where the files do not say
    /// so themselves; `nil` when no project is here, or its data are not.
    func signatureMember(
        _ members: [MemberSource],
        _ model: String,
        _ invocation: Invocation
    ) throws -> MemberSource? {
        guard !members.contains(where: { $0.path == MemberNames.signature }),
            let project = try? ExternalProject(of: model, model: model, invocation),
            project.hasData, let signature = try project.signatureOfData()
        else { return nil }
        return MemberSource(path: MemberNames.signature, content: .bytes(try JSON.encode(signature)))
    }

    /// The golden rows as members of the package, after a look at them.
    func goldenMembers(_ invocation: Invocation) throws -> [MemberSource] {
        guard let golden else { return [] }
        let (inputs, outputs) = (invocation.resolve(golden.inputs), invocation.resolve(golden.outputs))
        let isTable = golden.inputs.hasSuffix(".csv")
        let expected = try Matrix(reading: FileSystem.read(outputs), source: golden.outputs)
        guard expected.values.allSatisfy(\.isFinite) else {
            throw StoreError(
                .failed,
                "`\(golden.outputs)` holds a number that is not finite: no answer would agree with it",
                hints: ["leave such rows out of both files"]
            )
        }
        let reader: any RowReader = try isTable ? wholeTable(inputs) : NPYRowReader(path: inputs)
        let count = try reader.readAll().count
        guard count == expected.rows else {
            throw StoreError(
                .failed,
                "`\(golden.inputs)` has \(count) rows, and `\(golden.outputs)` has \(expected.rows)",
                hints: ["each golden row needs the output that it must give"]
            )
        }
        return [
            MemberSource(path: isTable ? MemberNames.goldenTable : MemberNames.goldenInputs, content: .file(inputs)),
            MemberSource(path: MemberNames.goldenOutputs, content: .file(outputs)),
        ]
    }

    private func wholeTable(_ path: String) throws -> CSVRowReader {
        let reader = try CSVRowReader(path: path)
        try reader.select(reader.header.map { Field($0, .text) })
        return reader
    }

    /// The figures in a JSON file: an object of numbers, or one with such an object under `metrics`.
    func readMetrics(_ path: String, shownAs shown: String) throws -> Metrics {
        struct Wrapped: Decodable { let metrics: [String: Double] }
        let bytes = try FileSystem.read(path, limit: 1 << 20)
        let values =
            (try? JSON.decodePlain(Wrapped.self, from: bytes, source: shown).metrics)
            ?? (try? JSON.decodePlain([String: Double].self, from: bytes, source: shown))
        guard let values, !values.isEmpty else {
            throw StoreError(
                .failed,
                "`\(shown)`: expected a JSON object of finite numbers, found something else",
                hints: [#"for example: {"accuracy": 0.93, "roc_auc": 0.97}"#]
            )
        }
        let main = ["accuracy", "root_mean_squared_error", "r2", "average_precision"].first { values[$0] != nil }
        return Metrics(main: main ?? values.keys.sorted().first, values: values, data: nil, run: nil)
    }

    /// Puts the golden rows to the model, when a project says which program answers; `nil` when it does not.
    ///
    /// Throws ``StoreError`` (15) when they do not agree: such a version could never be deployed.
    func checkGoldenRows(
        _ members: [MemberSource],
        _ model: String,
        _ invocation: Invocation
    ) async throws -> GoldenRowsReport? {
        guard golden != nil else { return nil }
        guard let project = try? ExternalProject(of: model, model: model, invocation) else {
            invocation.progress.warn(
                "the golden rows are kept, and were not put to the model: no project here says which program answers for it"
            )
            return nil
        }
        let folder = try TemporaryFolder(in: project.workspace)
        for member in members {
            let path = "\(folder.path)/\(member.path)"
            try FileSystem.createDirectory(Path.parent(path))
            let bytes =
                switch member.content {
                case .bytes(let bytes): bytes
                case .file(let source): try FileSystem.read(source, limit: 1 << 36)
                }
            try AtomicFile.write(bytes, to: path, durable: false)
        }
        let files = ModelFiles(folder: folder.path, source: path)
        let report: GoldenRowsReport?
        do {
            report = try await ExternalGoldenRows.report(
                of: files,
                by: project.predictor(of: files, at: folder.path, invocation),
                tolerance: project.tolerance,
                folder: folder.path,
                cancellation: invocation.cancellation
            )
        } catch let error as DatasetError where error.place.source.hasPrefix(folder.path) {
            throw error.inFile(golden?.inputs ?? path)
        }
        invocation.progress.finish()
        guard let report, report.agree < report.total else { return report }
        throw StoreError(
            .refused,
            "\(report.total - report.agree) of \(report.total) golden rows give other outputs than expected "
                + "(max difference \(report.maxDifference))",
            hints: ["correct the outputs, or allow more in mlops.yaml: predictor: {tolerance: 0.001}"]
        )
    }
}
