internal import Glibc

/// Which file something is: its number on its file system, unlike its name the same as long as it is open.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt
    private let number: UInt

    init(_ status: stat) {
        device = UInt(status.st_dev)
        number = UInt(status.st_ino)
    }
}
