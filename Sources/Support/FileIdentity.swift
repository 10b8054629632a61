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

/// What a file was like when it was looked at: another one of the same name, or another content, differs.
package struct FileStamp: Hashable, Sendable {
    private let identity: FileIdentity
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    init(_ status: stat) {
        identity = FileIdentity(status)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}
