internal import Archiving
internal import Support

/// An NPZ file: NumPy's arrays in a zip file, each under its name.
enum NPZFile {
    /// Opens an array of the file for reading row by row.
    ///
    /// It is unpacked into a temporary file, which the reader holds open and nobody else can name.
    static func reader(of path: String, array: String, field: String) throws -> NPYRowReader {
        let file = try File(temporaryWithPrefix: "\(ScratchMemory.usualFolder)/mlops-")
        defer { try? FileSystem.removeFile(file.path) }
        guard try ZipMember.extract("\(array).npy", from: path, to: file) else {
            let names = try ZipMember.names(in: path).filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
            throw DatasetError(
                .init(path),
                "there is no array `\(array)`",
                kind: .notFound,
                hint: names.isEmpty ? "is it an NPZ file?" : "the arrays are: \(DatasetError.list(names))"
            )
        }
        return try NPYRowReader(path: file.path, field: field, source: "\(path), array `\(array)`")
    }
}
