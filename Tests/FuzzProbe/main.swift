// Reads millions of requests that are nearly right, by every reader of the server: none may end the process, or make it grow.
//
// usage: FuzzProbe COUNT [SEED]. What ended it is found by the same seed and the last line that was printed.
import Foundation
import Serving

let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let count = Int(arguments.first ?? 100_000)
let seed = arguments.dropFirst().first ?? 1

/// The memory that the process holds, in bytes.
func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
}

print("| reader | inputs | taken | refused | s | growth |")
print("|---|---|---|---|---|---|")
for (index, reader) in Reader.all.enumerated() {
    var mutator = Mutator(seeds: reader.seeds, words: reader.words, seed: seed, stream: UInt64(index))
    let share = count / Reader.all.count
    var (taken, refused, before) = (0, 0, 0)
    let begin = Date()
    for number in 0..<share {
        // What is warm by then is not growth.
        if number == share / 10 { before = residentBytes() }
        do {
            try reader.read(mutator.next())
            taken += 1
        } catch let error as RequestError {
            precondition(
                (400..<500).contains(error.status),
                "\(reader.name): input \(number) of seed \(seed) gets \(error)"
            )
            refused += 1
        }
    }
    let seconds = String(format: "%.1f", Date().timeIntervalSince(begin))
    let growth = max(0, residentBytes() - before) / 1024
    print("| \(reader.name) | \(share) | \(taken) | \(refused) | \(seconds) | \(growth) KiB |")
}
