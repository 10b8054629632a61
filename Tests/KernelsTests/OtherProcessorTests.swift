import Foundation
import Kernels
import Testing

/// Runs a small training on processors that this machine does not have: the program must choose kernels that they can
/// run, and give the same bits.
@Suite(.timeLimit(.minutes(60)))
struct OtherProcessorTests {
    static let emulator = "/usr/bin/qemu-x86_64"
    static let hasEmulator = FileManager.default.isExecutableFile(atPath: emulator)

    @Test(.enabled(if: hasEmulator, "qemu-x86_64 is missing (Debian package qemu-user)"))
    func aProcessorWithoutAVXGivesTheSameBits() throws {
        let here = try Self.probe([])
        #expect(here.split(separator: " ").first == InstructionSet.best.rawValue[...])
        let there = try Self.probe([], emulating: "Nehalem")
        #expect(there.split(separator: " ").first == "baseline")
        #expect(there.split(separator: " ").last == here.split(separator: " ").last)
    }

    @Test(arguments: InstructionSet.available)
    func everyInstructionSetGivesTheSameBits(set: InstructionSet) throws {
        let chosen = try Self.probe([set.rawValue]).split(separator: " ").last
        #expect(chosen == (try Self.probe(["baseline"]).split(separator: " ").last))
    }

    private static func probe(_ arguments: [String], emulating processor: String? = nil) throws -> String {
        let program = WeakSymbolTests.products.appending(path: "KernelsProbe").path()
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: processor == nil ? program : emulator)
        process.arguments = (processor.map { ["-cpu", $0, program] } ?? []) + arguments
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
