import Foundation
import Testing

/// The kernels are built for processors that others do not have.
///
/// A function that the compiler makes in several modules
/// (a weak symbol) is kept once by the linker: code with AVX-512 could then run on a processor without it.
struct WeakSymbolTests {
    /// The folder in which SwiftPM leaves a folder of object files per module.
    static let products =
        Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?
        .deletingLastPathComponent()
        ?? URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

    /// A build for `@testable` keeps and shares much that the real one drops; the product is never built like that.
    static let isRealBuild: Bool = {
        let found = (try? symbols(of: "KernelsV3")) ?? []
        return found.contains { $0.type == "T" } && !found.contains { $0.name.hasPrefix("$s9KernelsV35zeros") }
    }()

    static let kernelModules = ["KernelsBaseline", "KernelsV3", "KernelsV4"]

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/nm"), "nm (binutils) is missing"),
        .enabled(
            if: isRealBuild,
            "built for @testable: use swift build --build-tests, then swift test --skip-build"
        )
    )
    func noKernelModuleSharesAFunctionWithAnother() throws {
        let modules = try FileManager.default.contentsOfDirectory(atPath: Self.products.path())
            .filter { $0.hasSuffix(".build") }.map { String($0.dropLast(6)) }
        #expect(Set(modules).isSuperset(of: Self.kernelModules), "object files in \(Self.products.path())")
        var definers: [String: Set<String>] = [:]
        for module in modules {
            for symbol in try Self.weakFunctions(of: module) { definers[symbol, default: []].insert(module) }
        }
        let shared = definers.filter { $0.value.count > 1 && !$0.value.isDisjoint(with: Self.kernelModules) }
        #expect(shared.isEmpty, "shared with a kernel module: \(shared)")
        // The check sees something: the kernel modules do define functions.
        #expect(try Self.symbols(of: "KernelsV3").contains { $0.type == "T" })
    }

    private static func weakFunctions(of module: String) throws -> Set<String> {
        Set(try symbols(of: module).filter { "Ww".contains($0.type) }.map(\.name))
    }

    private static func symbols(of module: String) throws -> [(type: String, name: String)] {
        let folder = products.appending(path: "\(module).build")
        let objects = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".o") }
        guard !objects.isEmpty else { return [] }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/nm")
        process.arguments = ["--defined-only"] + objects.map { folder.appending(path: $0).path() }
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 2)
            return parts.count == 3 ? (String(parts[1]), String(parts[2])) : nil
        }
    }
}
