/// How examples are cut out of a table that is a series.
package struct WindowSection: Sendable {
    package let length: Int
    package let stride: Int
    package let horizon: Int
    /// The column that says which series a row belongs to.
    package let group: String?
    /// The column that tells the time.
    package let time: String?
    /// How the time is written; `nil` for ISO 8601.
    package let timeFormat: ProjectNode?
    /// The longest step in time that is no gap.
    package let gap: Double?
    /// Whether what the target was is among the features.
    package let takesTarget: Bool
    /// The place in the file, for messages.
    package let node: ProjectNode

    private static let lengths = 1...(1 << 20)

    init(_ node: ProjectNode) throws(ProjectError) {
        self.node = node
        var section = try node.section()
        length = try section.required("length").integer(in: Self.lengths)
        stride = try section.optional("stride")?.integer(in: Self.lengths) ?? 1
        horizon = try section.optional("horizon")?.integer(in: 0...Self.lengths.upperBound) ?? 0
        group = try section.optional("group_by")?.string()
        var time: String?
        var format: ProjectNode?
        if let node = section.optional("time") {
            if case .mapping = node.content {
                var options = try node.section()
                time = try options.required("column").string()
                format = options.optional("format")
                try options.finish()
            } else {
                time = try node.string()
            }
        }
        (self.time, timeFormat) = (time, format)
        gap = try section.optional("gap")?.number()
        takesTarget = try section.optional("with_target")?.boolean() ?? false
        try section.finish()
    }
}
