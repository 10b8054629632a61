internal import FoundationEssentials
internal import Glibc
package import Lifecycle
internal import Support

/// Where a command writes, and how: handed in, so that a test can look at it.
package struct Context: Sendable {
    package var format: OutputFormat
    package var isQuiet: Bool
    /// Whether a person looks at the messages as they come.
    package var isInteractive: Bool
    /// What the place of the result can show.
    package var style: TextStyle
    /// Gets the result: data, and nothing else.
    package var output: @Sendable (String) throws -> Void
    /// Gets everything else: progress, warnings, errors.
    package var messages: @Sendable (String) -> Void
    package var invocation: Invocation

    /// Prints a report: text for people, or one JSON document.
    package func report(_ report: some Renderable) throws {
        switch format {
        case .json: try output(try report.json() + "\n")
        case .text: if !isQuiet { try output(report.text(in: style).harmless(keepingColors: style.isColored) + "\n") }
        }
    }
}

/// How results are printed.
package enum OutputFormat: String, CaseIterable, Sendable { case text, json }

/// The result of a verb, as text and as JSON.
package protocol Renderable {
    /// What a person reads.
    var text: String { get }

    /// The same, with drawings as the place where it is read can show them.
    func text(in style: TextStyle) -> String

    /// One JSON document: snake_case, sorted.
    func json() throws -> String
}

extension Renderable {
    package func text(in style: TextStyle) -> String { text }
}

extension Renderable where Self: Encodable {
    package func json() throws -> String {
        String(decoding: try JSON.encode(self, pretty: true), as: UTF8.self)
    }
}
