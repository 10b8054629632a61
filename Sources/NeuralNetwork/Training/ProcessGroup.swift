/// The processes that train one network together, as one of them sees it.
///
/// All of them make the same calls in the same order, one call at a time; a call returns when its part of it is done. What
/// connects them is not known here.
package protocol ProcessGroup: Sendable {
    /// The number of this process, from 0.
    var rank: Int { get }
    /// How many they are.
    var count: Int { get }
    /// The name of the host that this process runs on.
    var host: String { get }

    /// Sends to each process its range of the floats, and receives its own from each, into pieces that lie one behind the
    /// other in the order of the ranks.
    func scatter(
        _ floats: UnsafePointer<Float>,
        _ ranges: [Range<Int>],
        into pieces: UnsafeMutablePointer<Float>
    ) throws

    /// Sends its own range of the floats to all, and receives those of the others into theirs.
    func share(_ floats: UnsafeMutablePointer<Float>, _ ranges: [Range<Int>]) throws

    /// Sends bytes to all, and receives those of all in the order of the ranks; all send equally many.
    func gather(_ bytes: [UInt8]) throws -> [[UInt8]]

    /// The bytes of process 0; what others give does not matter.
    func broadcast(_ bytes: [UInt8]) throws -> [UInt8]

    /// Says that the joint work is over: each process now goes its own way, and may fail alone.
    func dissolve()
}

extension ProcessGroup {
    /// The neighbouring things that process `rank` takes of `count`, as even as can be.
    func part(of count: Int, rank: Int) -> Range<Int> {
        (count * rank / self.count)..<(count * (rank + 1) / self.count)
    }

    /// Sums up the numbers of all processes, each in the order of the ranks.
    func sum(_ numbers: [Double]) throws -> [Double] {
        let blocks = try gather(numbers.flatMap { $0.bitPattern.littleEndianBytes })
        return numbers.indices.map { index in
            blocks.reduce(0) { $0 + Double(bitPattern: UInt64(littleEndianBytes: $1[(index * 8)..<(index * 8 + 8)])) }
        }
    }
}

extension UInt64 {
    /// The bytes, the lowest first.
    fileprivate var littleEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }

    fileprivate init(littleEndianBytes bytes: ArraySlice<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
