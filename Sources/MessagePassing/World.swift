#if MPI
internal import CMPI
internal import Glibc
internal import NeuralNetwork
internal import Synchronization

/// The processes that `mpirun` has started, connected by Open MPI.
///
/// One thread at a time may call it.
final class World: ProcessGroup {
    let rank: Int
    let count: Int
    let host: String
    private let isDissolved = Atomic<Bool>(false)

    private static let joined = Mutex<World?>(nil)

    /// The world of this process, once it has joined it.
    static var current: World? { joined.withLock { $0 } }

    /// Joins the world, once in the life of a process.
    static func join(expecting started: Int) throws(LaunchError) -> World {
        var (rank, count): (Int32, Int32) = (0, 1)
        try check("join the processes", unsafe mlops_mpi_join(&rank, &count))
        let world = World(rank: Int(rank), count: Int(count))
        joined.withLock { $0 = world }
        guard count == started else {
            world.dissolve()
            throw .foreignLauncher(started: started, found: Int(count))
        }
        return world
    }

    private init(rank: Int, count: Int) {
        (self.rank, self.count) = (rank, count)
        host = unsafe World.text(Int(mlops_mpi_name_size)) { unsafe mlops_mpi_host($0, &$1) }
    }

    func scatter(
        _ floats: UnsafePointer<Float>,
        _ ranges: [Range<Int>],
        into pieces: UnsafeMutablePointer<Float>
    ) throws {
        let own = Int32(ranges[rank].count)
        let (counts, places) = (ranges.map { Int32($0.count) }, ranges.map { Int32($0.lowerBound) })
        let ownCounts = [Int32](repeating: own, count: count)
        let ownPlaces = (0..<Int32(count)).map { $0 * own }
        // SAFETY: the ranges lie in the floats, and the caller has room for a piece of each process.
        let status = unsafe mlops_mpi_all_to_all(floats, counts, places, pieces, ownCounts, ownPlaces)
        try World.check("exchange gradients", status)
    }

    func share(_ floats: UnsafeMutablePointer<Float>, _ ranges: [Range<Int>]) throws {
        let (counts, places) = (ranges.map { Int32($0.count) }, ranges.map { Int32($0.lowerBound) })
        // SAFETY: the ranges lie in the floats.
        try World.check("share gradients", unsafe mlops_mpi_all_gather_floats(floats, counts, places))
    }

    func gather(_ bytes: [UInt8]) throws -> [[UInt8]] {
        let size = bytes.count
        var all = [UInt8](repeating: 0, count: size * count)
        try World.check("gather figures", unsafe mlops_mpi_all_gather_bytes(bytes, Int32(size), &all))
        return (0..<count).map { Array(all[($0 * size)..<($0 * size + size)]) }
    }

    func broadcast(_ bytes: [UInt8]) throws -> [UInt8] {
        let counts = try gather((0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) })
        let size = counts[0].reversed().reduce(0) { $0 << 8 | Int($1) }
        var bytes = rank == 0 ? bytes : [UInt8](repeating: 0, count: size)
        // MPI counts in 32 bits.
        let most = 1 << 30
        for first in stride(from: 0, to: size, by: most) {
            let status = unsafe bytes.withUnsafeMutableBytes { buffer -> Int32 in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe mlops_mpi_broadcast(start + first, Int32(min(most, size - first)))
            }
            try World.check("broadcast", status)
        }
        return bytes
    }

    func dissolve() { isDissolved.store(true, ordering: .relaxed) }

    /// Waits for the others and leaves; after a failure that they know nothing of, ends them.
    func leave(exitCode: Int32) {
        if exitCode != 0, !isDissolved.load(ordering: .relaxed) {
            mlops_mpi_abort(exitCode)
            return
        }
        waitForAll()
        mlops_mpi_leave()
    }

    /// Waits asleep: process 0 may still have much to do, and needs the processors.
    private func waitForAll() {
        var request: MPI_Request?
        guard unsafe mlops_mpi_begin_waiting(&request) == 0 else { return }
        var isDone: Int32 = 0
        while unsafe mlops_mpi_is_done(&request, &isDone) == 0, isDone == 0 { usleep(2000) }
    }

    private static func check(_ call: String, _ status: Int32) throws(LaunchError) {
        guard status != 0 else { return }
        let message = unsafe text(Int(mlops_mpi_message_size)) { unsafe mlops_mpi_message(status, $0, &$1) }
        throw .broken(call: call, message: message)
    }

    /// What MPI writes into a buffer of that size.
    private static func text(
        _ size: Int,
        _ write: (UnsafeMutablePointer<CChar>, inout Int32) -> Int32
    ) -> String {
        var length: Int32 = 0
        let characters = unsafe [CChar](unsafeUninitializedCapacity: size) { buffer, count in
            if let start = buffer.baseAddress { unsafe _ = write(start, &length) }
            count = min(size, max(0, Int(length)))
        }
        return String(decoding: characters.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
#endif
