/// Says a sentence about something when it is another one than before.
struct Remarks {
    private let progress: any ProgressListener
    private var last: [String: String] = [:]

    init(_ progress: any ProgressListener) { self.progress = progress }

    mutating func say(_ subject: String, _ sentence: String?) {
        guard last[subject] != sentence else { return }
        last[subject] = sentence
        if let sentence { progress.note(sentence) }
    }
}
