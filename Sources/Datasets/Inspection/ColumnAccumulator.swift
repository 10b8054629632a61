/// Collects what is to be known about a column, block after block.
struct ColumnAccumulator {
    /// The different values that are counted.
    private static let distinctLimit = 100_000
    /// The numbers that are kept to find the middle.
    private static let sampleSize = 10_000
    /// Numbers that are used for missing values.
    private static let sentinels: [Double] = [-9, -99, -999, -9999, -99_999, 999, 9999, 99_999, 999_999]

    private let name: String
    private let kind: ColumnInspection.Kind
    private var rows = 0
    private var missing = 0
    private var stretches = 0
    private var descents = 0
    private var repetitions = 0
    // Of numbers.
    private var numberCounts: [Double: Int] = [:]
    private var hasMoreDistinct = false
    private var previous = Double.nan
    private var minimum = Double.infinity
    private var maximum = -Double.infinity
    private var hasInfinity = false
    private var areIntegers = true
    private var sample: [Double] = []
    // Of text.
    private var table = ByteTable()
    private var textCounts: [Int] = []
    private var previousText: Int?

    init(name: String, kind: ColumnInspection.Kind) {
        self.name = name
        self.kind = kind
    }

    mutating func add(_ column: RawColumn) {
        if case .text(let texts) = column.values { add(texts) } else { add(column.numbers()) }
    }

    private mutating func add(_ numbers: [Double]) {
        let step = max(1, numbers.count / 256)
        for (row, number) in numbers.enumerated() {
            guard !number.isNaN else {
                missing += 1
                continue
            }
            if number != previous { stretches += 1 }
            if number < previous { descents += 1 }
            if number == previous { repetitions += 1 }
            previous = number
            if number.isFinite {
                if number < minimum { minimum = number }
                if number > maximum { maximum = number }
            } else {
                hasInfinity = true
            }
            if areIntegers, number != number.rounded() || abs(number) > 1e15 { areIntegers = false }
            if row % step == 0, sample.count < Self.sampleSize { sample.append(number) }
            if !hasMoreDistinct { count(number) }
        }
        rows += numbers.count
    }

    private mutating func count(_ number: Double) {
        numberCounts[number, default: 0] += 1
        // Measurements are nearly all different, and need not be counted to the end.
        if numberCounts.count > Self.distinctLimit || (!areIntegers && numberCounts.count > 5000) {
            hasMoreDistinct = true
        }
    }

    private mutating func add(_ texts: TextColumn) {
        rows += texts.count
        var numbers = [Int?](repeating: nil, count: texts.distinctCount)
        for code in texts.codes {
            let text = texts.distinct(Int(code))
            guard !text.isEmpty else {
                missing += 1
                continue
            }
            let number: Int
            if let known = numbers[Int(code)] {
                number = known
            } else if let known = table.find(text.span) {
                number = known
            } else if hasMoreDistinct {
                number = -1
            } else {
                number = table.insert(text.span)
                textCounts.append(0)
                hasMoreDistinct = table.count > Self.distinctLimit
            }
            numbers[Int(code)] = number
            if number >= 0 { textCounts[number] += 1 }
            if number != previousText || number < 0 { stretches += 1 } else { repetitions += 1 }
            // Dates that are written with the year first sort like their texts.
            if let previousText, previousText >= 0, number >= 0, number != previousText,
                table[number].lexicographicallyPrecedes(table[previousText])
            {
                descents += 1
            }
            previousText = number
        }
    }

    func finish() -> ColumnInspection {
        let present = rows - missing
        let isNumber = kind == .number
        var ranked = Array(numberCounts).map { (value: $0.key.shortest, rows: $0.value, number: $0.key) }
        ranked.sort { ($1.rows, $0.number) < ($0.rows, $1.number) }
        var texts = zip(table.keys, textCounts).map { (value: $0, rows: $1) }
        texts.sort { ($1.rows, $0.value) < ($0.rows, $1.value) }
        let sorted = sample.sorted()
        return ColumnInspection(
            name: name,
            kind: kind,
            rows: rows,
            missing: missing,
            distinct: isNumber ? numberCounts.count : table.count,
            hasMoreDistinct: hasMoreDistinct,
            isStrictlyAscending: present > 1 && descents == 0 && repetitions == 0,
            isMostlyAscending: present > 1 && descents * 100 <= present,
            stretches: stretches,
            counts: isNumber
                ? ranked.prefix(1000).map { ($0.value, $0.rows) } : texts.prefix(1000).map { ($0.value.text, $0.rows) },
            numbers: isNumber && present > 0
                ? .init(
                    minimum: minimum.isFinite ? minimum : 0,
                    maximum: maximum.isFinite ? maximum : 0,
                    hasInfinity: hasInfinity,
                    median: sorted.isEmpty ? minimum : sorted[sorted.count / 2],
                    areIntegers: areIntegers
                ) : nil,
            sentinel: isNumber ? sentinel() : nil
        )
    }

    /// A least or greatest number that is farther from the next than that is from the other end.
    private func sentinel() -> String? {
        // Of measurements, which are nearly all different, only the first thousands were counted.
        let counted = numberCounts.values.reduce(0, +)
        for candidate in Self.sentinels where candidate == minimum || candidate == maximum {
            let others = numberCounts.keys.filter { $0 != candidate }
            guard let count = numberCounts[candidate], count >= 3, count * 1000 >= counted, count * 2 < counted,
                let least = others.min(), let greatest = others.max(), others.count > 2
            else { continue }
            let gap = candidate < least ? least - candidate : candidate - greatest
            if gap > greatest - least { return candidate.shortest }
        }
        return nil
    }
}

extension Double {
    /// The number as a person writes it: without a fraction where there is none.
    var shortest: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
}
