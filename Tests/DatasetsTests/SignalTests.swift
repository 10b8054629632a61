import Datasets
import Foundation
import Support
import TensorFiles
import TestSupport
import Testing

/// Statistics of signals against SciPy, and recordings of every form.
struct SignalTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private struct Fixture: Decodable {
        struct Signal: Decodable {
            let name: String
            let values: [Double]
            let statistics: [String: Double]
            let bands: [String: [Double]]
        }

        struct Recording: Decodable {
            let name: String
            let file: String
            let channels: Int
            let values: [Double]
        }

        let rate: Double
        let bands: [[Double]]
        let signals: [Signal]
        let recordings: [Recording]
    }

    private func fixture() throws -> Fixture {
        try JSONDecoder().decode(Fixture.self, from: Data(Fixtures.bytes("signals.json")))
    }

    /// The features of signals that stand in an array, one in each row.
    private func features(
        _ rows: [[Double]],
        shape: [Int],
        _ steps: [TransformDescription]
    ) throws -> (names: [String], values: Matrix) {
        let inputs = try scratch.write(
            "signals.npy",
            NPY.encode(Tensor(rows.joined().map { Float($0) }, shape: [rows.count] + shape))
        )
        let targets = try scratch.write(
            "targets.npy",
            NPY.encode(Tensor(rows.map { _ in Float(0) }, shape: [rows.count]))
        )
        let prepared = try PreparedData(
            DatasetDescription(
                task: .regression,
                train: .npy(inputs: inputs, targets: targets),
                features: FeatureDescription([.init("inputs", steps)])
            )
        )
        #expect(prepared.training.inputShape == [prepared.features.width])
        return (prepared.features.names, prepared.training.inputs.all)
    }

    @Test func statisticsAreThoseOfSciPy() throws {
        let fixture = try fixture()
        let plain = SignalStatistic.plain
        #expect(Set(plain.map(\.name)) == Set(fixture.signals[0].statistics.keys))
        let (names, values) = try features(
            fixture.signals.map(\.values),
            shape: [300],
            [.statistics(plain.map(\.statistic))]
        )
        #expect(names == plain.map { "inputs_\($0.name)" })
        for (row, signal) in fixture.signals.enumerated() {
            for (column, name) in plain.map(\.name).enumerated() {
                let (found, expected) = (
                    Double(values.values[row * plain.count + column]), signal.statistics[name] ?? .nan
                )
                #expect(
                    abs(found - expected) <= 2e-6 * max(1, abs(expected)),
                    "\(signal.name), \(name): \(found), \(expected)"
                )
            }
        }
    }

    @Test(arguments: [16, 64, 256])
    func spectraAreThoseOfSciPy(segment: Int) throws {
        let fixture = try fixture()
        let bands = try SpectrumBands(
            rate: fixture.rate,
            bands: fixture.bands.map { .init(low: $0[0], high: $0[1]) },
            segment: segment
        )
        let (names, values) = try features(
            fixture.signals.map(\.values),
            shape: [300],
            [.statistics([.spectrumBands(bands)])]
        )
        #expect(names == ["inputs_0_10_hz", "inputs_10_100_hz", "inputs_100_333.3_hz", "inputs_333.3_500_hz"])
        for (row, signal) in fixture.signals.enumerated() {
            for (column, expected) in (signal.bands["\(segment)"] ?? []).enumerated() {
                let found = Double(values.values[row * 4 + column])
                #expect(
                    abs(found - expected) <= 1e-5 * max(0.01, expected),
                    "\(signal.name), band \(column): \(found), \(expected)"
                )
            }
        }
    }

    @Test func channelsAreSummedUpApart() throws {
        // A constant, and a signal that changes its sign each time.
        let row = (0..<100).flatMap { [5.0, $0 % 2 == 0 ? 1.0 : -1.0] }
        let (names, values) = try features([row], shape: [100, 2], [.statistics([.mean, .kurtosis, .zeroCrossings])])
        #expect(
            names == [
                "inputs_0_mean", "inputs_0_kurtosis", "inputs_0_zero_crossings", "inputs_1_mean", "inputs_1_kurtosis",
                "inputs_1_zero_crossings",
            ]
        )
        #expect(values.values == [5, 0, 0, 0, 1, 1])
    }

    @Test func theyAreFeaturesOfWindowsOverATable() throws {
        var text = "machine,x,z,y\n"
        for row in 0..<60 { text += "\(row / 30),\(row % 30),\(-row % 30),\(row)\n" }
        let description = DatasetDescription(
            task: .regression,
            train: .csv(path: try scratch.write("table.csv", text), format: CSVFormat(), target: "y"),
            features: FeatureDescription([.init("*", [.statistics([.mean, .maximum]), .standardize])]),
            windows: try Window(length: 10, stride: 10, group: "machine")
        )
        let prepared = try PreparedData(description)
        #expect(prepared.features.names == ["x_mean", "x_max", "z_mean", "z_max"])
        #expect(prepared.training.inputShape == [4] && prepared.training.rows == 6)
        // Means of 4.5, 14.5 and 24.5, twice, brought to mean 0 and deviation 1.
        let inputs = prepared.training.inputs.all.values
        #expect(abs(inputs[0] + 1.2247449) < 1e-6 && abs(inputs[4]) < 1e-6 && inputs[0] == inputs[12])
        let again = try JSON.decode(FeaturePipeline.self, from: JSON.encode(prepared.features), source: "features")
        #expect(again == prepared.features)
        // To sum up one column and not the other leaves nothing that fits a network.
        var mixed = description
        mixed.features = FeatureDescription([.init("x", [.statistics([.rms])]), .init("z", [.standardize])])
        #expect { try PreparedData(mixed) } throws: { "\($0)".contains("column `x` is summed up over them") }
    }

    @Test func samplesOfEveryKindAreRead() throws {
        for recording in try fixture().recordings {
            let bytes = try #require(Data(base64Encoded: recording.file))
            let path = try scratch.write("\(recording.name)/a/b.wav", Array(bytes))
            let length = recording.values.count / recording.channels
            let prepared = try PreparedData(
                DatasetDescription(
                    task: .classification,
                    train: .recordings(path: Path.parent(Path.parent(path))),
                    classes: ["a", "b"],
                    windows: Window(length: length)
                )
            )
            #expect(prepared.training.inputShape == [length, recording.channels])
            #expect(prepared.training.inputs.all.values == recording.values.map { Float($0) }, "\(recording.name)")
        }
    }

    /// A folder of recordings of two classes, in three forms: the value of a sample says where it is from.
    private func folder() throws -> String {
        let root = scratch("bearings")
        func values(_ file: Int, _ count: Int) -> [Float] { (0..<count).map { Float(file * 1000 + $0) } }
        for file in 0..<6 {
            let kind = file % 2 == 0 ? "good" : "worn"
            let values = values(file, 20 + file)
            if file < 3 {
                _ = try scratch.write("bearings/\(kind)/\(file).npy", NPY.encode(Tensor(values, shape: [values.count])))
            } else {
                let text = "signal\n" + values.map { "\($0)\n" }.joined()
                _ = try scratch.write("bearings/\(kind)/\(file).csv", text)
            }
        }
        return root
    }

    @Test func noRecordingIsInTwoParts() throws {
        let root = try folder()
        let description = DatasetDescription(
            task: .classification,
            train: .recordings(path: root),
            split: try Split(validation: 0.35),
            seed: 3,
            windows: try Window(length: 8, stride: 3)
        )
        let prepared = try PreparedData(description)
        func files(_ examples: Examples?) -> [Int] {
            guard let examples else { return [] }
            return (0..<examples.rows).map { Int(examples.inputs[$0, 0]) / 1000 }
        }
        let (training, validation) = (files(prepared.training), files(prepared.validation))
        #expect(Set(training).isDisjoint(with: Set(validation)) && !validation.isEmpty)
        #expect(Set(training + validation) == Set(0..<6))
        // (20 - 8) / 3 + 1 windows of the shortest, and so on.
        #expect(training.count + validation.count == (0..<6).reduce(0) { $0 + (12 + $1) / 3 + 1 })
        guard case .classes(let labels, _) = prepared.training.targets else {
            Issue.record("the targets are classes")
            return
        }
        #expect(zip(labels, training).allSatisfy { Int($0) == $1 % 2 })
        let reader = try prepared.features.reader(of: "\(root)/worn")
        let rows = try reader.readAll()
        let labeled = try #require(reader.labels)
        #expect(labeled.columns.map(\.field.name) == ["file", "start"] && labeled.count == rows.count)
        // Windows end as late as they can: of 21 samples the first begins at 1.
        guard case .text(let starts) = labeled.columns[1].values else {
            Issue.record("the places are text")
            return
        }
        #expect(String(decoding: starts[0], as: UTF8.self) == "1" && rows.columns[0].numbers()[0] == 1001)
        #expect(try DataSource.recordings(path: root).digest() == DataSource.recordings(path: root).digest())
    }

    private func problem(_ description: @autoclosure () throws -> DatasetDescription) -> String {
        do {
            _ = try PreparedData(description())
            return "nothing"
        } catch {
            return "\(error)"
        }
    }

    @Test func whatCannotBeReadIsSaid() throws {
        let root = try folder()
        func asked(_ window: Window?, _ steps: [TransformDescription] = [], task: LearningTask = .classification)
            -> DatasetDescription
        {
            DatasetDescription(
                task: task,
                train: .recordings(path: root),
                features: FeatureDescription([.init("signal", steps)]),
                windows: window
            )
        }
        #expect(problem(asked(nil)).contains("recordings differ in their lengths"))
        #expect(
            problem(asked(try Window(length: 30))).contains(
                "no window of 30 samples fits: the longest recording has 25"
            )
        )
        #expect(problem(asked(try Window(length: 3, horizon: 2))).contains("each recording is a series already"))
        #expect(problem(asked(try Window(length: 3), task: .regression)).contains("the task is regression"))
        let bands = SignalStatistic.spectrumBands(try SpectrumBands(rate: 100, count: 2, segment: 16))
        #expect(
            problem(asked(try Window(length: 9), [.statistics([bands])])).contains(
                "a segment of 16 values is longer than the 9 of a row"
            )
        )
        _ = try scratch.write("bearings/worn/9.csv", "left,right\n1,2\n")
        #expect(
            problem(asked(try Window(length: 3))).contains(
                "expected the channels signal as in the first recording, found left, right"
            )
        )
    }

    @Test func damagedWAVFilesAreRefused() throws {
        let recording = try #require(try fixture().recordings.first { $0.name == "int16" })
        let whole = Array(try #require(Data(base64Encoded: recording.file)))
        func read(_ bytes: [UInt8]) throws {
            let path = try scratch.write("bad/a/b.wav", bytes)
            let reader = try PreparedData(
                DatasetDescription(
                    task: .classification,
                    train: .recordings(path: Path.parent(Path.parent(path))),
                    classes: ["a", "b"],
                    windows: Window(length: 2)
                )
            )
            _ = reader.training.rows
        }
        try read(whole)
        // However it is cut or changed, an error is all that comes of it.
        for length in 0..<whole.count { #expect(throws: (any Error).self) { try read(Array(whole[..<length])) } }
        for place in 12..<44 {
            for bit in 0..<8 {
                var bytes = whole
                bytes[place] ^= 1 << bit
                _ = try? read(bytes)
            }
        }
    }

    @Test(arguments: [
        (0.0, [[0.0, 10.0]], nil as Int?), (100, [[0, 51]], nil), (100, [[10, 10]], nil), (100, [], nil),
        (100, [[0, 10]], 12), (100, [[0, 10]], 2),
    ])
    func impossibleBandsAreRefused(rate: Double, bands: [[Double]], segment: Int?) {
        #expect(throws: DatasetError.self) {
            try SpectrumBands(rate: rate, bands: bands.map { .init(low: $0[0], high: $0[1]) }, segment: segment)
        }
    }
}
