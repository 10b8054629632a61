internal import Glibc

/// A failed call of the operating system on a file.
package struct SystemError: Failure, Hashable {
    /// What was tried, as a verb: `open`, `write`.
    package let operation: String
    /// The path it was tried on.
    package let path: String
    /// The error number, such as `ENOENT`.
    package let number: Int32

    package init(_ operation: String, _ path: String, number: Int32) {
        self.operation = operation
        self.path = path
        self.number = number
    }

    /// Reads the error number of the call that has just failed on this thread.
    package static func last(_ operation: String, _ path: String) -> SystemError {
        SystemError(operation, path, number: errno)
    }

    package var description: String {
        let reason = unsafe String(cString: strerror(number))
        return "cannot \(operation) `\(path)`: \(reason)"
    }

    package var kind: FailureKind { number == ENOENT ? .notFound : .failed }

    package var hints: [String] {
        switch number {
        case ENOSPC, EDQUOT: ["free some space on the disk of `\(path)` and run the command again"]
        case ENOENT where operation == "open": ["check the path (one in mlops.yaml starts from where mlops.yaml is)"]
        case ENOENT, ENOTDIR: ["check the directory `\(Path.parent(path))`"]
        case EILSEQ: ["give the files in `\(path)` names in UTF-8"]
        case EACCES, EPERM: ["run the command as the owner of `\(path)`"]
        default: []
        }
    }
}
