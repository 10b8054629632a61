package import Support

/// Tables that cannot be compared, or settings that make no sense.
package struct MonitoringError: Failure, Hashable {
    /// What was expected and what was found.
    package let message: String
    package let kind: FailureKind
    package let hints: [String]

    package var description: String { message }

    /// Two columns of one name, which a report could not tell apart.
    static func twice(_ column: String) -> Self {
        Self(message: "two columns are called `\(column)`", kind: .failed, hints: ["rename one of them"])
    }

    /// A profile whose figures contradict each other.
    static func damaged(_ column: String) -> Self {
        Self(message: "the profile of column `\(column)` contradicts itself", kind: .integrity, hints: [])
    }

    /// A setting outside of its range.
    static func setting(_ name: String, expected: String, found: String) -> Self {
        Self(message: "`\(name)` is \(expected), found \(found)", kind: .usage, hints: [])
    }

    /// A critical column that the reference does not have.
    static func unknownCritical(_ column: String, known: [String]) -> Self {
        Self(
            message: "the critical column `\(column)` is not in the reference",
            kind: .notFound,
            hints: ["the columns are: \(known.joined(separator: ", "))"]
        )
    }
}
