internal import CLibgit2
package import Support

/// A failure reported by libgit2, or by our own handling of a repository.
package struct GitError: Failure, Hashable {
    /// What went wrong, as libgit2's return code.
    package let code: Code
    /// The call that failed, such as `git_repository_open`.
    package let operation: String
    /// What libgit2 says, read on the thread of the failing call.
    package let message: String

    package init(code: Code, operation: String, message: String) {
        self.code = code
        self.operation = operation
        self.message = message
    }

    package var description: String { "\(operation): \(message)" }

    package var kind: FailureKind {
        switch code {
        case .notFound, .mismatch: .integrity
        case .modified, .exists: .conflict
        case .locked: .storeLocked
        default: .failed
        }
    }
}

extension GitError {
    /// A libgit2 return code, kept open so that a newer libgit2 stays representable.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }

        /// Anything without a code of its own.
        package static let generic = Code(rawValue: -1)
        /// The object or ref does not exist.
        package static let notFound = Code(rawValue: -3)
        /// The ref exists already.
        package static let exists = Code(rawValue: -4)
        /// Somebody holds the ref's lock file.
        package static let locked = Code(rawValue: -14)
        /// The ref has another value than expected.
        package static let modified = Code(rawValue: -15)
        /// The bytes of an object do not have its hash.
        package static let mismatch = Code(rawValue: -33)
    }
}

/// Runs one libgit2 call and turns a negative status into a ``GitError``.
///
/// libgit2 keeps its message per thread, so it is read here, before anything else runs.
@inline(__always)
func check(_ operation: @autoclosure () -> String, _ call: () -> Int32) throws(GitError) {
    let status = call()
    guard status >= 0 else { throw GitError(status, operation()) }
}

/// Runs one libgit2 call that hands over a new object, and returns that object, which the caller owns.
@inline(__always)
func create(
    _ operation: @autoclosure () -> String,
    _ call: (inout OpaquePointer?) -> Int32
) throws(GitError) -> OpaquePointer {
    var object: OpaquePointer?
    try check(operation()) { unsafe call(&object) }
    guard let object = unsafe object else { throw GitError(-1, operation()) }
    return unsafe object
}

extension GitError {
    fileprivate init(_ status: Int32, _ operation: String) {
        let last = unsafe git_error_last()
        self.init(
            code: Code(rawValue: status),
            operation: operation,
            message: unsafe last.map { unsafe String(cString: $0.pointee.message) } ?? "no message"
        )
    }
}
