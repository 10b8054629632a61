/// The checksum of Castagnoli, CRC-32C (RFC 3720, appendix B.4), by which TensorFlow guards its records.
package enum CRC32C {
    /// What each byte does to the sum, with the polynomial 0x1EDC6F41 in reflected order.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
    }

    /// The sum over `bytes`.
    package static func checksum(of bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
    }

    /// The sum as a record holds it: rotated and moved, so that a sum over bytes that hold sums stays a good one.
    package static func maskedChecksum(of bytes: [UInt8]) -> UInt32 {
        let sum = checksum(of: bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }
}
