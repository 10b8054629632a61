import Lifecycle
import NeuralNetwork
import Support
import TestSupport
import Testing

struct JointFoldTests {
    /// Two processes, of which the other says what this one says.
    private struct Pair: ProcessGroup {
        let rank: Int
        var count: Int { 2 }
        var host: String { "here" }
        func scatter(
            _ floats: UnsafePointer<Float>,
            _ ranges: [Range<Int>],
            into pieces: UnsafeMutablePointer<Float>
        ) throws {}
        func share(_ floats: UnsafeMutablePointer<Float>, _ ranges: [Range<Int>]) throws {}
        func gather(_ bytes: [UInt8]) throws -> [[UInt8]] { [bytes, bytes] }
        func broadcast(_ bytes: [UInt8]) throws -> [UInt8] { bytes.isEmpty ? [1] : bytes }
        func dissolve() {}
    }

    @Test func foldsAreTrainedByOneProcess() async throws {
        let scratch = try Scratch()
        try scratch.write(
            "mlops.yaml",
            """
            model: folded
            data:
              train: {synthetic: {classification: {rows: 60, inputs: 4, classes: 2}}}
              validation: {folds: 3}
            network: [dense: {units: 2, activation: softmax}]
            training: {loss: sparse_categorical_crossentropy}
            """
        )
        var invocation = Invocation(directory: scratch.path, environment: [:])
        invocation.processes = Pair(rank: 0)
        var verb = Train()
        verb.registering = .never
        do {
            _ = try await verb.run(in: invocation)
            Issue.record("folds were trained by two processes")
        } catch let error as any Failure {
            #expect(error.kind.exitCode == 15)
            #expect(error.description.contains("3 folds are trained by one process, not by 2"), "\(error)")
        }
        // The other one leaves what there is to say to the first.
        invocation.processes = Pair(rank: 1)
        try await verb.follow(in: invocation)
    }
}
