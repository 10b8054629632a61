import Foundation
import Testing

/// The rooms, and the modules that each may import: first our own, then those from outside.
///
/// SwiftPM rejects a cycle, but lets a target import what its dependencies depend on. This list does not.
private let rooms: [String: (ours: Set<String>, outside: Set<String>)] = [
    "mlops": (["Commands"], ["Glibc"]),
    "Commands": (
        ["Lifecycle", "MessagePassing", "Evaluation", "ModelStore", "ModelPackage", "Monitoring", "Support"],
        ["ArgumentParser", "FoundationEssentials", "Glibc", "Synchronization"]
    ),
    "Lifecycle": (
        [
            "Serving", "ModelStore", "Templates", "Evaluation", "Inference", "Monitoring", "NeuralNetwork", "Datasets",
            "ModelPackage",
            "ProjectFile", "TensorFiles", "Support",
        ], ["FoundationEssentials", "Synchronization", "Glibc"]
    ),
    "MessagePassing": (["CMPI", "NeuralNetwork", "Support"], ["Glibc", "Synchronization"]),
    "Evaluation": (["Datasets", "Support"], []),
    "Monitoring": (["Support"], ["GRDB"]),
    "Inference": (
        ["NeuralNetwork", "Datasets", "ModelPackage", "TensorFiles", "Support"],
        ["Subprocess", "Synchronization", "SystemPackage"]
    ),
    "Serving": (
        ["Inference", "Datasets", "ModelPackage", "Support"],
        ["NIOCore", "NIOHPACK", "NIOHTTP1", "NIOHTTP2", "NIOPosix", "NIOSSL", "Synchronization"]
    ),
    "Templates": (["Archiving", "Support"], []),
    "ProjectFile": (["Support"], ["Yams"]),
    "ModelStore": (["ModelPackage", "Git", "Support"], ["Glibc"]),
    "ModelPackage": (["Archiving", "TensorFiles", "Support"], []),
    "NeuralNetwork": (["Datasets", "Kernels", "TensorFiles", "Support"], ["Synchronization"]),
    "Datasets": (["TensorFiles", "Archiving", "Images", "Support"], []),
    "Images": (["CPNG", "CJPEG", "Support"], []),
    "TensorFiles": (["Support"], []),
    "Kernels": (["CKernelPrimitives", "Support", "KernelsBaseline", "KernelsV3", "KernelsV4"], ["Glibc"]),
    "KernelsBaseline": (["CKernelPrimitives"], []),
    "KernelsV3": (["CKernelPrimitives"], []),
    "KernelsV4": (["CKernelPrimitives"], []),
    "Git": (["CLibgit2", "Support"], ["Glibc", "Subprocess", "Synchronization", "SystemPackage"]),
    "Archiving": (["CLibarchive", "CZstd", "Support"], ["Glibc"]),
    "Support": (["CLinux"], ["Crypto", "Dispatch", "FoundationEssentials", "Glibc", "Synchronization"]),
]

struct LayeringTests {
    private static let sources = URL(filePath: #filePath).appending(path: "../../../Sources").standardized

    private static func folders() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: sources.path()).sorted()
    }

    private static func isCModule(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: sources.appending(path: "\(folder)/module.modulemap").path())
    }

    @Test(arguments: rooms.keys.sorted())
    func importsOnlyWhatStandsBelow(room: String) throws {
        let (ours, outside) = try #require(rooms[room])
        let folder = Self.sources.appending(path: room)
        try #require(FileManager.default.fileExists(atPath: folder.path()), "a row for a room that is not there")
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path()) where file.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for match in text.matches(of: /(?m)^(?:@\w+ )*(?:\w+ )?import (?:struct |class |enum |func )?(\w+)/) {
                let module = String(match.1)
                #expect(ours.contains(module) || outside.contains(module), "\(room)/\(file) may not import \(module)")
            }
        }
    }

    @Test func everyRoomHasARow() throws {
        let swift = try Self.folders().filter { !Self.isCModule($0) }
        #expect(Set(swift).subtracting(rooms.keys) == [])
    }
}
