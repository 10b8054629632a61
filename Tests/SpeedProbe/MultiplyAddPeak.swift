import CMultiplyAdd
import Kernels
import Support

/// The floating point operations per second that the machine could do at the very best, with fused multiply-add.
struct MultiplyAddPeak {
    /// Two per multiply-add, all threads together; 0 without AVX2.
    let operationsPerSecond: Double

    /// Measures the best of many short moments, in which all threads work.
    init(threads: Int, seconds: Double) {
        let team = ThreadTeam(count: threads)
        let work = Work(InstructionSet.best)
        let rounds: Int64 = 1_000_000
        var best = 0.0
        let all = Stopwatch()
        team.pinningCaller {
            while best == 0 || all.seconds < seconds, work.operations > 0 {
                let stopwatch = Stopwatch()
                team.run { _ in blackHole(work.run(rounds)) }
                best = max(best, Double(rounds * work.operations * Int64(threads)) / stopwatch.seconds)
            }
        }
        operationsPerSecond = best
    }

    private struct Work: Sendable {
        let operations: Int64
        let run: @Sendable (Int64) -> Float

        init(_ instructionSet: InstructionSet) {
            switch instructionSet {
            case .baseline: (operations, run) = (0, { _ in 0 })
            case .v3: (operations, run) = (multiply_add_v3_operations, { multiply_add_v3($0) })
            case .v4: (operations, run) = (multiply_add_v4_operations, { multiply_add_v4($0) })
            }
        }
    }
}

/// Takes a result, so that the compiler cannot leave out what it came from.
@inline(never)
private func blackHole(_ value: Float) {}
