internal import FoundationEssentials
internal import Support

/// What a program of the project prints, shown as it comes; what it says about its progress moves the bar.
///
/// A line such as `{"progress": 0.4, "loss": 0.12}` is progress; every other line is shown as it is.
struct ProgramOutput: Sendable {
    /// What the program is doing, for the bar.
    let task: String
    let progress: any ProgressListener

    func show(_ line: String) {
        guard let (share, details) = ProgramOutput.progress(in: line) else { return progress.note(line) }
        progress.advance(task, done: Int(share * 1000), total: 1000, unit: .items, details: details)
    }

    /// The share that is done, and what else the line says.
    private static func progress(in line: String) -> (share: Double, details: String)? {
        guard line.hasPrefix("{"),
            let figures = try? JSONDecoder().decode([String: Double].self, from: Data(line.utf8)),
            let share = figures["progress"], (0...1).contains(share)
        else { return nil }
        let others = figures.keys.filter { $0 != "progress" }.sorted()
        return (share, others.map { "\($0) \(shortened(figures[$0] ?? 0))" }.joined(separator: "  "))
    }
}
