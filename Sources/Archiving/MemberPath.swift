/// The rule for names inside an archive.
package enum MemberPath {
    /// Whether `path` stays inside the folder that an archive is unpacked to.
    ///
    /// It is relative, its parts are separated by single `/`, none of them is `.` or `..`, and there is no backslash
    /// and no control character.
    package static func isSafe(_ path: String) -> Bool {
        guard !path.isEmpty, path.utf8.count <= 4096 else { return false }
        guard path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" }) else {
            return false
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }
    }
}
