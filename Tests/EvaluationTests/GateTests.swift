import Datasets
import Evaluation
import Support
import Testing

struct GateTests {
    /// 87 of 100 rows are right: 0.87, with Wilson's interval from 0.790 to 0.922.
    private func evaluation() throws -> Evaluation {
        let probabilities = (0..<100).flatMap { $0 < 87 ? [0.75, 0.25] : [0.25, 0.75] }
        let judged = try JudgedClassification(
            labels: [Int32](repeating: 0, count: 100),
            probabilities: probabilities,
            classes: 2
        )
        return try Evaluation(judged, names: ["a", "b"])
    }

    @Test(arguments: [
        (Metric.accuracy, Gate.Bound.atLeast(0.86), false, 1, Verdict.pass),
        (.accuracy, .atLeast(0.87), false, 1, .pass),
        (.accuracy, .atLeast(0.88), false, 1, .fail), (.accuracy, .atLeast(0.86), true, 1, .inconclusive),
        (.accuracy, .atLeast(0.88), true, 1, .inconclusive), (.accuracy, .atLeast(0.79), true, 1, .pass),
        (.accuracy, .atLeast(0.93), true, 1, .fail), (.accuracy, .atLeast(0.5), false, 101, .notEnoughData),
        (.logLoss, .atMost(0.5), false, 1, .pass), (.logLoss, .atMost(0.4), false, 1, .fail),
        (.logLoss, .atMost(0.5), true, 1, .inconclusive), (.rocAUC, .atLeast(0.5), false, 1, .notEnoughData),
        (.r2, .atLeast(0), false, 1, .notEnoughData),
    ])
    func verdicts(metric: Metric, bound: Gate.Bound, needsCertainty: Bool, minimumRows: Int, verdict: Verdict) throws {
        let gate = try Gate(metric, bound, needsCertainty: needsCertainty, minimumRows: minimumRows)
        #expect(try gate.result(for: evaluation()).verdict == verdict)
    }

    @Test(arguments: [
        (Metric.accuracy, Gate.Bound.atMost(0.9)), (.logLoss, .atLeast(1)), (.rootMeanSquaredError, .atLeast(1)),
        (.r2, .atMost(1)), (.accuracy, .atLeast(.nan)),
    ])
    func boundsOnTheWrongSideAreRefused(metric: Metric, bound: Gate.Bound) {
        #expect(throws: EvaluationError.self) { try Gate(metric, bound) }
    }

    @Test func metricsAreFoundByEveryName() throws {
        #expect(try Metric(named: "rmse") == .rootMeanSquaredError)
        #expect(try Metric(named: "root_mean_squared_error") == .rootMeanSquaredError)
        #expect(try Metric(named: "r2_score") == .r2)
        let error = #expect(throws: EvaluationError.self) { try Metric(named: "acuracy") }
        #expect(error?.kind == .usage)
        #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
    }

    @Test func resultsComeBackFromJSON() throws {
        let result = try Gate(.accuracy, .atLeast(0.86)).result(for: evaluation())
        let bytes = try JSON.encode(result, pretty: false)
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix(
                #"{"gate":{"at_least":0.86,"metric":"accuracy","minimum_rows":1,"needs_certainty":false},"#
            )
        )
        #expect(try JSON.decodePlain(Gate.Result.self, from: bytes, source: "gate") == result)
        let evaluation = try evaluation()
        let copy = try JSON.decodePlain(
            Evaluation.self,
            from: JSON.encode(evaluation, pretty: true),
            source: "evaluation"
        )
        #expect(copy == evaluation)
        #expect(
            String(decoding: try JSON.encode(Verdict.notEnoughData, pretty: false), as: UTF8.self)
                == "\"not_enough_data\""
        )
    }
}
