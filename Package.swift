// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: the language as it will be in Swift 7, and no warning left standing.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

/// Settings of the targets that wrap C or use raw memory: every unsafe expression says so.
let audited = strict + [.strictMemorySafety()]

/// Settings of the kernels, which are built once per instruction set.
///
/// They are raw memory from end to end, so checks and `unsafe` marks would say nothing; tests compare them with a plain
/// reference. `-march` for C sets the instructions of the Swift code too. All files of a set go through the optimizer as one:
/// a tile that is initialized by code of another file would keep its sums in memory.
func kernels(_ architecture: String, _ define: String) -> [SwiftSetting] {
    strict + [
        .define(define),
        .unsafeFlags([
            "-Ounchecked", "-wmo", "-Xfrontend", "-enable-single-module-llvm-emission", "-Xcc",
            "-march=\(architecture)",
        ]),
    ]
}

/// Links the Swift runtime into the command, so that it starts fast and runs without a toolchain.
///
/// The tests stay dynamic, and both come out of one build. lld finds the symbols of Foundation's archives in any order.
let selfContained: [LinkerSetting] = [
    .unsafeFlags([
        "-static-stdlib", "-use-ld=lld",
        "-lFoundation", "-lFoundationInternationalization", "-lFoundationEssentials", "-l_FoundationICU",
        "-lCoreFoundation", "-l_FoundationCShims", "-l_FoundationCollections", "-lswiftSynchronization",
    ])
]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioHPACK = product(name: "NIOHPACK", package: "swift-nio-http2")
    static let nioHTTP2 = product(name: "NIOHTTP2", package: "swift-nio-http2")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
    static let system = product(name: "SystemPackage", package: "swift-system")
    static let yams = product(name: "Yams", package: "Yams")
}

let package = Package(
    name: "mlops",
    products: [.executable(name: "mlops", targets: ["mlops"])],
    traits: [
        .trait(name: "MPI", description: "Training by several processes on several machines, over Open MPI.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        // C libraries: a module map and one header each, wrapped by one room each.
        .systemLibrary(name: "CLibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CLibarchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CKernelPrimitives"),

        // The rooms, from the ground up. Imports point downward only; LayeringTests holds the list.
        .target(name: "Support", dependencies: ["CLinux", .crypto], swiftSettings: audited),
        .target(name: "Archiving", dependencies: ["CLibarchive", "CZstd", "Support"], swiftSettings: audited),
        .target(name: "Git", dependencies: ["CLibgit2", "Support", .subprocess, .system], swiftSettings: audited),
        .target(name: "TensorFiles", dependencies: ["Support"], swiftSettings: audited),
        .target(name: "Images", dependencies: ["CPNG", "CJPEG", "Support"], swiftSettings: audited),
        .target(
            name: "Datasets",
            dependencies: ["TensorFiles", "Archiving", "Images", "Support"],
            swiftSettings: audited
        ),
        .target(name: "ModelPackage", dependencies: ["Archiving", "TensorFiles", "Support"], swiftSettings: audited),
        .target(name: "ProjectFile", dependencies: ["Support", .yams], swiftSettings: strict),
        .target(name: "ModelStore", dependencies: ["ModelPackage", "Git", "Support"], swiftSettings: strict),
        .target(
            name: "Templates",
            dependencies: ["Archiving", "Support"],
            resources: [.embedInCode("templates.tar.zst")],
            swiftSettings: strict
        ),
        .target(
            name: "Inference",
            dependencies: [
                "NeuralNetwork", "Datasets", "ModelPackage", "TensorFiles", "Support", .subprocess, .system,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Serving",
            dependencies: [
                "Inference", "Datasets", "ModelPackage", "Support", .nioCore, .nioHTTP1, .nioPosix, .nioHPACK,
                .nioHTTP2, .nioSSL,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Lifecycle",
            dependencies: [
                "Serving", "ModelStore", "Evaluation", "Inference", "Monitoring", "NeuralNetwork", "Datasets",
                "ModelPackage",
                "ProjectFile", "Templates", "TensorFiles", "Support",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Commands",
            dependencies: [
                "Lifecycle", "MessagePassing", "ModelStore", "ModelPackage", "Evaluation", "Monitoring", "Support",
                .argumentParser,
            ],
            swiftSettings: audited
        ),
        .target(name: "Evaluation", dependencies: ["Datasets", "Support"], swiftSettings: strict),
        .target(name: "Monitoring", dependencies: ["Support", .grdb], swiftSettings: strict),
        // One folder of sources, reached by symbolic links from three targets.
        .target(
            name: "KernelsBaseline",
            dependencies: ["CKernelPrimitives"],
            swiftSettings: kernels("x86-64", "KERNELS_BASELINE")
        ),
        .target(
            name: "KernelsV3",
            dependencies: ["CKernelPrimitives"],
            swiftSettings: kernels("x86-64-v3", "KERNELS_V3")
        ),
        .target(
            name: "KernelsV4",
            dependencies: ["CKernelPrimitives"],
            swiftSettings: kernels("x86-64-v4", "KERNELS_V4")
        ),
        .target(
            name: "Kernels",
            dependencies: ["CKernelPrimitives", "KernelsBaseline", "KernelsV3", "KernelsV4", "Support"],
            swiftSettings: audited
        ),
        .target(
            name: "NeuralNetwork",
            dependencies: ["Kernels", "Datasets", "TensorFiles", "Support"],
            swiftSettings: strict
        ),
        .target(
            name: "MessagePassing",
            dependencies: [.target(name: "CMPI", condition: .when(traits: ["MPI"])), "NeuralNetwork", "Support"],
            swiftSettings: audited
        ),
        .executableTarget(
            name: "mlops",
            dependencies: ["Commands"],
            swiftSettings: strict,
            linkerSettings: selfContained
        ),

        .testTarget(name: "LayeringTests", swiftSettings: strict),
        .target(name: "TestSupport", dependencies: ["Support"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "ImagesTests",
            dependencies: ["Images", "Support", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(name: "GitTests", dependencies: ["Git", "Support", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ModelStoreTests",
            dependencies: ["ModelStore", "ModelPackage", "Support", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ArchivingTests",
            dependencies: ["Archiving", "Support", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ModelPackageTests",
            dependencies: ["ModelPackage", "Archiving", "Support", "TestSupport"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: ["Templates", "TensorFiles", "Support", "TestSupport", .yams],
            exclude: ["Fixtures", "clients.txt", "frameworks.txt", "judges.txt", "pipelines.txt"],
            swiftSettings: strict
        ),
        .testTarget(name: "CommandsTests", dependencies: ["Commands"], swiftSettings: strict),
        .testTarget(
            name: "LifecycleTests",
            dependencies: ["Lifecycle", "ModelStore", "NeuralNetwork", "Serving", "Support", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "ProjectFileTests", dependencies: ["ProjectFile"], swiftSettings: strict),
        .testTarget(
            name: "KernelsTests",
            dependencies: ["Kernels", "KernelsProbe", "Support"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "NeuralNetworkTests",
            dependencies: ["NeuralNetwork", "Kernels", "Datasets", "Support"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        // Trains a tiny network and prints a digest: the tests run it on processors that this machine does not have.
        .executableTarget(
            name: "KernelsProbe",
            dependencies: ["NeuralNetwork", "Kernels", "Datasets", "Support"],
            path: "Tests/KernelsProbe",
            swiftSettings: strict
        ),
        // Reads, fits and computes features of a large table: the benchmark times it.
        .executableTarget(
            name: "TablesProbe",
            dependencies: ["Datasets"],
            path: "Tests/TablesProbe",
            swiftSettings: strict,
            linkerSettings: selfContained
        ),
        // Multiply-adds in registers, and nothing else.
        .systemLibrary(name: "CMultiplyAdd", path: "Tests/CMultiplyAdd"),
        // Times the answers of a loaded model, and what the processor could do at best, for the benchmark.
        .executableTarget(
            name: "SpeedProbe",
            dependencies: ["CMultiplyAdd", "Inference", "Kernels", "Datasets", "TensorFiles", "Support"],
            path: "Tests/SpeedProbe",
            swiftSettings: strict,
            linkerSettings: selfContained
        ),
        // Reads millions of hostile requests, for the benchmark.
        .executableTarget(
            name: "FuzzProbe",
            dependencies: ["Serving", "Support"],
            path: "Tests/FuzzProbe",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ServingTests",
            dependencies: ["Serving", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "SupportTests", dependencies: ["Support", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "TensorFilesTests",
            dependencies: ["TensorFiles", "Support", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DatasetsTests",
            dependencies: ["Archiving", "Datasets", "TensorFiles", "Support", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EvaluationTests",
            dependencies: ["Evaluation", "Datasets", "Support", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MonitoringTests",
            dependencies: ["Monitoring", "Support", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
