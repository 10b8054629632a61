/// What `numpy.save` writes.
enum NumPyFile {
    /// A matrix of 32-bit floats.
    static func bytes(_ values: [Float], columns: Int) -> [UInt8] {
        var file = Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }) + [1, 0]
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(values.count / columns), \(columns)), }"
        header += String(repeating: " ", count: 64 - (10 + header.count + 1) % 64) + "\n"
        file += [UInt8(header.count & 255), UInt8(header.count >> 8)] + Array(header.utf8)
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { file += $0 } }
        return file
    }
}
