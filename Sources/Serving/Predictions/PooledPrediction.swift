internal import Datasets
internal import NIOCore

/// The part of a prediction that would hold up an event loop, as a thread of the pool does it.
struct PooledPrediction: Sendable {
    enum Work: Sendable {
        /// A request that is large.
        case unread(Prediction.Reading)
        /// Rows that a model takes long for.
        case prepared(Question, Matrix, at: NIODeadline)
    }

    let version: LoadedVersion
    let work: Work
    /// When nobody waits for it any more.
    let due: NIODeadline

    /// What came of it.
    struct Outcome: Sendable {
        var question: Question?
        var rows = 0
        var stages = Stages()
        /// Whether the model was called.
        var hasCalled = false
        var result: Result<(said: ModelAnswer, written: WrittenAnswer), RequestError>
    }

    func run() -> Outcome {
        var outcome = Outcome(result: .failure(RequestError(504, "the request waited too long")))
        guard outcome.stages.started <= due else { return outcome }
        do throws(RequestError) {
            let (question, input) = try prepare(&outcome.stages)
            outcome.question = question
            outcome.stages.started = .now()
            let said: ModelAnswer
            switch input {
            case .answered(let outputs):
                outcome.rows = outputs.first?.shape.first ?? 0
                said = ModelAnswer(outputs, .other)
            case .rows(let rows):
                outcome.rows = rows.rows
                said = try version.servable.meaning(of: try answer(rows))
            }
            outcome.hasCalled = true
            outcome.stages.finished = .now()
            outcome.result = .success((said, try question.form.write(said, by: version.name)))
        } catch {
            outcome.stages.finished = .now()
            outcome.result = .failure(error)
        }
        return outcome
    }

    private func prepare(_ stages: inout Stages) throws(RequestError) -> (Question, PreparedInput) {
        switch work {
        case .prepared(let question, let rows, let moment):
            stages.prepared = moment
            return (question, .rows(rows))
        case .unread(let read):
            let question = try read(version)
            let input = try version.servable.prepare(question.inputs)
            stages.prepared = .now()
            return (question, input)
        }
    }

    private func answer(_ rows: Matrix) throws(RequestError) -> Matrix {
        do {
            return try version.servable.answer(rows)
        } catch {
            throw .noAnswer
        }
    }
}
