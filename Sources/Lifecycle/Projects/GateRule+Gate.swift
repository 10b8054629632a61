internal import Evaluation
internal import ProjectFile
internal import Support

extension GateRule {
    /// The gates that a rule means: one, or two where it gives both bounds.
    func gates() throws -> [Gate] {
        let known: Metric
        do throws(EvaluationError) {
            known = try Metric(named: metric)
        } catch {
            let names = Metric.all.map(\.name)
            throw node.error(
                "unknown metric `\(metric)`",
                hints: NearestWord.find(metric, in: names).map { ["did you mean `\($0)`?"] } ?? error.hints
            )
        }
        let bounds = [atLeast.map(Gate.Bound.atLeast), atMost.map(Gate.Bound.atMost)].compactMap { $0 }
        return try bounds.map { bound in
            do throws(EvaluationError) {
                return try Gate(known, bound)
            } catch {
                throw node.error(error.message, hints: error.hints)
            }
        }
    }
}
