import Datasets
import Kernels
import NeuralNetwork
import Support

// Trains a tiny network with the kernels named by the first argument (by default the best for this processor) and
// prints which they were and a digest of the trained parameters.

let wanted = CommandLine.arguments.dropFirst().first.flatMap(InstructionSet.init(rawValue:)) ?? .best
let random = CounterRandom(seed: 5, stream: 1)
let rows = 40
let inputs = Matrix(rows: rows, columns: 20, values: (0..<rows * 20).map { Float(random.normal(at: UInt64($0))) })
let labels = (0..<rows).map { Int32(random.integer(at: UInt64(100_000 + $0), below: 3)) }
let network = NetworkDescription(
    inputShape: [20],
    layers: [
        .dense(Dense(units: 50, activation: .relu)), .dropout(Dropout(rate: 0.3)),
        .dense(Dense(units: 17, activation: .gelu())), .dense(Dense(units: 3, activation: .softmax)),
    ]
)
let trainer = try Trainer(
    Sequential(network, seed: 1),
    recipe: TrainingRecipe(loss: .sparseCategoricalCrossentropy(), epochs: 2, batchSize: 16, seed: 7),
    training: Examples(inputs: inputs, inputShape: [20], targets: .classes(labels, count: 3)),
    options: TrainingOptions(threads: 1, instructionSet: wanted)
)
var digest: UInt64 = 14_695_981_039_346_656_037
for tensor in try trainer.fit().model.parameters {
    for value in tensor.values { digest = (digest ^ UInt64(value.bitPattern)) &* 1_099_511_628_211 }
}
print(wanted.rawValue, String(digest, radix: 16))
