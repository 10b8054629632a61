internal import CKernelPrimitives

/// The processors that the kernels are built for; each later one can run the code of those before it.
package enum InstructionSet: String, Sendable, CaseIterable, Comparable {
    /// Any x86-64 processor: fused multiply-add is computed in software, with the same bits and without speed.
    case baseline
    /// AVX2 and FMA: processors from about 2013.
    case v3
    /// AVX-512.
    case v4

    package static func < (left: Self, right: Self) -> Bool {
        left.level < right.level
    }

    private var level: Int {
        switch self {
        case .baseline: 1
        case .v3: 3
        case .v4: 4
        }
    }

    /// The best one that this processor has and this operating system supports.
    package static let best: InstructionSet = detect()

    /// Those that run here.
    package static var available: [InstructionSet] { allCases.filter { $0 <= best } }

    /// Reads the features that x86-64-v3 and v4 ask for (System V ABI, AMD64 supplement, section 3.1.1).
    private static func detect() -> InstructionSet {
        let highest = cpuid(0, 0).eax
        let extendedHighest = cpuid(0x8000_0000, 0).eax
        guard highest >= 7, extendedHighest >= 0x8000_0001 else { return .baseline }
        let basic = cpuid(1, 0).ecx
        // FMA, MOVBE, OSXSAVE, AVX, F16C.
        guard has(basic, bits: [12, 22, 27, 28, 29]) else { return .baseline }
        let savedRegisters = mlops_xgetbv()
        // BMI1, AVX2, BMI2; LZCNT; the operating system saves xmm and ymm.
        let extended = cpuid(7, 0).ebx
        guard has(extended, bits: [3, 5, 8]), has(cpuid(0x8000_0001, 0).ecx, bits: [5]), savedRegisters & 0x6 == 0x6
        else { return .baseline }
        // AVX-512 F, DQ, CD, BW, VL; the operating system saves zmm and the mask registers.
        guard has(extended, bits: [16, 17, 28, 30, 31]), savedRegisters & 0xE6 == 0xE6 else { return .v3 }
        return .v4
    }

    private static func has(_ word: UInt32, bits: [UInt32]) -> Bool { bits.allSatisfy { word >> $0 & 1 == 1 } }

    private static func cpuid(_ leaf: UInt32, _ subleaf: UInt32) -> (eax: UInt32, ebx: UInt32, ecx: UInt32) {
        var registers: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        // SAFETY: the tuple holds the four words that the function writes.
        unsafe withUnsafeMutableBytes(of: &registers) { bytes in
            guard let words = unsafe bytes.bindMemory(to: UInt32.self).baseAddress else { return }
            unsafe mlops_cpuid(leaf, subleaf, words)
        }
        return (registers.0, registers.1, registers.2)
    }
}
