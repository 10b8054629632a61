import Datasets
import Evaluation
import Support
import Testing

/// scikit-learn's metrics at every threshold are the judge: see `Fixtures/make_decisions.py`.
struct DecisionTests {
    struct Case: Decodable {
        let labels: [Int32]
        let scores: [Double]
        let best: [String: Double]
        let minRecall: Double
        let minPrecision: Double?
        let figures: [String: Double]

        /// As a network with one output gives them.
        var outputs: Matrix { Matrix(rows: scores.count, columns: 1, values: scores.map { Float($0) }) }
    }

    struct Several: Decodable {
        let labels: [Int32]
        let said: [Int32]
        let value: Double
    }

    private struct Document: Decodable {
        let cases: [Case]
        let several: Several
    }

    private static let document = Result {
        try Fixtures.read(Document.self, "decisions.json")
    }

    static let cases: [Case] = (try? document.get().cases) ?? []
    static let classes = try? ClassNames(["no", "yes"])

    private func evaluate(_ rule: DecisionRule, _ judged: Case) throws -> (Decision, Evaluation) {
        let classes = try #require(Self.classes)
        let decision = try rule.fitted(labels: judged.labels, outputs: judged.outputs, classes: classes)
        let evaluation = try Evaluation(
            outputs: judged.outputs,
            for: .classes(judged.labels, count: 2),
            names: classes,
            decision: decision
        )
        return (decision, evaluation)
    }

    @Test func thereAreCases() { #expect(Self.cases.count == 3) }

    @Test(arguments: cases, DecisionRule.Goal.allCases)
    func theThresholdGivesTheBestValueThatThereIs(judged: Case, goal: DecisionRule.Goal) throws {
        let (_, evaluation) = try evaluate(.maximize(goal, of: nil), judged)
        let found = try #require(evaluation.metrics[goal.rawValue])
        #expect(abs(found - (try #require(judged.best[goal.rawValue]))) < 1e-12)
    }

    @Test(arguments: cases)
    func aRecallIsReachedByTheHighestThreshold(judged: Case) throws {
        let (decision, evaluation) = try evaluate(.minimumRecall(0.95, of: "yes"), judged)
        #expect(decision.rule == .threshold(of: 1, at: judged.minRecall))
        for (name, value) in judged.figures {
            let found = try #require(evaluation.metrics[name], "\(name)")
            #expect(abs(found - value) < 1e-9, "\(name)")
        }
    }

    @Test(arguments: cases)
    func aPrecisionIsReachedByTheLowestThreshold(judged: Case) throws {
        guard let expected = judged.minPrecision else {
            #expect(throws: EvaluationError.self) { try evaluate(.minimumPrecision(0.8, of: nil), judged) }
            return
        }
        #expect(try evaluate(.minimumPrecision(0.8, of: nil), judged).0.rule == .threshold(of: 1, at: expected))
    }

    @Test func theFirstOfTwoClassesMayBeTheOneThatCounts() throws {
        let judged = try #require(Self.cases.first)
        let (decision, evaluation) = try evaluate(.minimumRecall(0.9, of: "no"), judged)
        guard case .threshold(of: 0, at: _) = decision.rule else {
            Issue.record("expected a threshold for the first class")
            return
        }
        let recall = try #require(evaluation.classes?[0].recall)
        #expect(recall >= 0.9 && recall < 0.95)
    }

    @Test func costsDecideForTheClassThatCostsLeast() throws {
        let classes = try ClassNames(["a", "b", "c"])
        let rule = DecisionRule.costs(["a": ["b": 1, "c": 1], "b": ["a": 1, "c": 1], "c": ["a": 10, "b": 10]])
        let decision = try rule.fitted(labels: [], outputs: Matrix(rows: 0, columns: 3), classes: classes)
        #expect(decision.answer([0.6, 0.35, 0.05]) == 0)
        // Missing a c costs ten times as much as a false alarm.
        #expect(decision.answer([0.5, 0.3, 0.2]) == 2)
        #expect(throws: EvaluationError.self) {
            try DecisionRule.costs(["d": [:]]).fitted(
                labels: [],
                outputs: Matrix(rows: 0, columns: 3),
                classes: classes
            )
        }
    }

    @Test func belowTheThresholdTheMostProbableOfTheOthersIsSaid() throws {
        let decision = try Decision(classes: ["a", "b", "c"], rule: .threshold(of: 1, at: 0.2))
        #expect(decision.answer([0.7, 0.2, 0.1]) == 1)
        #expect(decision.answer([0.1, 0.19, 0.71]) == 2)
    }

    @Test(arguments: [
        Decision.Rule.threshold(of: 1, at: 0.3), .costs([[0, 1], [20, 0]]),
    ])
    func decisionsComeBackFromJSON(rule: Decision.Rule) throws {
        let decision = try Decision(classes: ["no", "yes"], rule: rule)
        #expect(try JSON.decode(Decision.self, from: JSON.encode(decision), source: "decision.json") == decision)
    }

    @Test(arguments: [
        DecisionRule.maximize(.f1, of: nil), .minimumRecall(0.95, of: "yes"), .minimumPrecision(0.5, of: nil),
        .threshold(0.3, of: "no"), .costs(["yes": ["no": 20]]),
    ])
    func rulesComeBackFromJSON(rule: DecisionRule) throws {
        let bytes = try JSON.encode(rule, pretty: false)
        #expect(try JSON.decodePlain(DecisionRule.self, from: bytes, source: "rule") == rule)
    }

    @Test func rowsOfOneClassGiveNoThreshold() throws {
        let judged = Case(
            labels: [0, 0],
            scores: [0.1, 0.2],
            best: [:],
            minRecall: 0,
            minPrecision: nil,
            figures: [:]
        )
        let error = #expect(throws: EvaluationError.self) { try evaluate(.maximize(.f1, of: nil), judged) }
        #expect(error?.message.contains("no row that was kept from training is of the class `yes`") == true)
    }

    @Test func theCorrelationOfSeveralClasses() throws {
        let several = try Self.document.get().several
        var values = [Double](repeating: 0, count: several.labels.count * 4)
        for (row, said) in several.said.enumerated() { values[row * 4 + Int(said)] = 1 }
        let judged = try JudgedClassification(labels: several.labels, probabilities: values, classes: 4)
        #expect(abs((judged.value(of: .matthewsCorrelation) ?? 0) - several.value) < 1e-12)
        #expect(judged.value(of: .precision) == nil)
    }
}
