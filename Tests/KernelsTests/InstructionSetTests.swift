import Foundation
import Kernels
import Testing

/// Linux reads the same registers: its list of flags is the judge.
struct InstructionSetTests {
    static let flags =
        (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))
        .flatMap { $0.firstMatch(of: /(?m)^flags\s*: (.*)$/)?.1 }
        .map { Set($0.split(separator: " ").map(String.init)) } ?? []

    static let names: [InstructionSet: [String]] = [
        .v3: ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"],
        .v4: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
    ]

    @Test(.enabled(if: !flags.isEmpty, "this system has no /proc/cpuinfo"), arguments: [InstructionSet.v3, .v4])
    func isFoundExactlyWhenLinuxHasItsFlags(set: InstructionSet) throws {
        let needed = try [InstructionSet.v3, .v4].filter { $0 <= set }.flatMap { try #require(Self.names[$0]) }
        #expect((InstructionSet.best >= set) == needed.allSatisfy(Self.flags.contains))
    }

    @Test func setsAreOrderedAndTheBaselineIsEverywhere() {
        #expect(InstructionSet.baseline < .v3)
        #expect(InstructionSet.v3 < .v4)
        #expect(InstructionSet.available.contains(.baseline))
        #expect(KernelSet.of(.best).instructionSet == .best)
    }
}
