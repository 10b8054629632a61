/// One or two curves over the epochs, as lines of text with axes and a legend.
///
/// The first curve is a line, the second is dotted, so that they are told apart without colours.
package struct LinePlot: Sendable {
    package let curves: [Curve]
    /// How many lines of text the field between the axes has: an odd number, so that one is in the middle.
    package let height: Int
    /// An epoch to point at, from 1 on.
    package let marked: Int?

    private static let indent = "  "
    private static let labelWidth = 9

    package init(_ curves: [Curve], height: Int, marked: Int? = nil) {
        (self.curves, self.height, self.marked) = (curves, height, marked)
    }

    private var epochs: Int { curves.map(\.values.count).max() ?? 0 }

    /// The plot within `width` characters; nothing when there are no figures.
    package func lines(in style: TextStyle, width: Int = 80) -> [String] {
        let cells = width - LinePlot.indent.count - LinePlot.labelWidth - 2
        var canvas = PlotCanvas(width: cells, height: height, style: style)
        let drawn = curves.map { $0.means(canvas.dotsAcross) }
        let figures = drawn.joined().compactMap { $0 }
        guard let range = FigureRange(figures, mayBeLogarithmic: true) else { return [] }
        for (line, values) in drawn.enumerated() { draw(values, line, range, on: &canvas) }

        let labels = [0: range.high, height / 2: range.middle, height - 1: range.low]
        let rows = (0..<height).map { row in
            let label = labels[row].map(LinePlot.label) ?? ""
            let padding = String(repeating: " ", count: LinePlot.labelWidth - label.count)
            let axis = style.isUnicode ? (label.isEmpty ? "│" : "┤") : (label.isEmpty ? "|" : "+")
            return "\(LinePlot.indent)\(padding)\(label) \(axis)\(canvas.row(row))"
        }
        return legend(range, in: style, width: width) + rows + axis(cells, style)
    }

    /// A figure, with an exponent where it is too long for the margin: `-1.2e-300` is the longest.
    private static func label(_ value: Double) -> String {
        let text = Wording.figure(value)
        guard text.count > labelWidth else { return text }
        var (mantissa, exponent) = (abs(value), 0)
        while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return "\(value < 0 ? "-" : "")\(Wording.decimals(mantissa, 1))e\(exponent)"
    }

    /// A line, or dots: every second one, and none between the rows of two neighbours.
    private func draw(_ values: [Double?], _ line: Int, _ range: FigureRange, on canvas: inout PlotCanvas) {
        let isDotted = line > 0
        let last = (x: canvas.dotsAcross - 1, y: Double(canvas.dotsDown - 1))
        var before: (x: Int, height: Double, row: Int)?
        for (index, value) in values.enumerated() {
            guard let value else {
                before = nil
                continue
            }
            let x = values.count > 1 ? (index * last.x + (values.count - 1) / 2) / (values.count - 1) : 0
            let height = range.share(of: value)
            for step in (before?.x ?? x)...x {
                let share = before.map { $0.x < x ? Double(step - $0.x) / Double(x - $0.x) : 1 } ?? 1
                let between = before.map { $0.height + (height - $0.height) * share } ?? height
                let row = Int(((1 - between) * last.y).rounded())
                if !isDotted {
                    for filled in min(row, before?.row ?? row)...max(row, before?.row ?? row) {
                        canvas.set(step, filled, line: line)
                    }
                } else if step.isMultiple(of: 2) || before == nil {
                    canvas.set(step, row, line: line)
                }
                before?.row = row
            }
            before = (x, height, Int(((1 - height) * last.y).rounded()))
        }
    }

    /// `⠤⠤ loss 0.6623 to 0.0617   ⠄⠄ val_loss 0.5681 to 0.1540`, in two lines where one is too short.
    private func legend(_ range: FigureRange, in style: TextStyle, width: Int) -> [String] {
        let entries = curves.enumerated().map { line, curve in
            let note = range.isLogarithmic && line == curves.count - 1 ? "  (logarithmic)" : ""
            return (sample: PlotCanvas.sample(of: line, in: style), text: curve.summary + note)
        }
        let texts = entries.map { "\(LinePlot.indent)\($0.sample) \($0.text)" }
        let sampleWidth = style.isUnicode ? 2 : 1
        let room = entries.map { LinePlot.indent.count + sampleWidth + 1 + $0.text.count + 1 }.reduce(-1, +)
        return room <= width ? [texts.joined(separator: " ")] : texts
    }

    /// The axis of the epochs, with the first, the last and the marked one.
    private func axis(_ cells: Int, _ style: TextStyle) -> [String] {
        let margin = LinePlot.indent + String(repeating: " ", count: LinePlot.labelWidth + 1)
        var line = [Character](repeating: style.isUnicode ? "─" : "-", count: cells)
        var labels = [Character](repeating: " ", count: cells)
        // What finds no room beside what was there before is left out.
        func put(_ text: String, at start: Int) {
            let start = min(max(start, 0), cells - text.count)
            let around = max(start - 2, 0)..<min(start + text.count + 2, cells)
            guard start >= 0, labels[around].allSatisfy({ $0 == " " }) else { return }
            labels.replaceSubrange(start..<start + text.count, with: Array(text))
        }
        put("epoch 1", at: 0)
        if epochs > 1 { put(Wording.count(epochs), at: cells) }
        let dots = style.isUnicode ? cells * 2 : cells
        if epochs > dots {
            let note = "each dot the mean of \(Wording.count((epochs + dots / 2) / dots)) epochs"
            put(note, at: (cells - note.count) / 2)
        }
        if let marked, (1...max(epochs, 1)).contains(marked) {
            let column = epochs > 1 ? (marked - 1) * (cells - 1) / (epochs - 1) : 0
            line[column] = style.isUnicode ? "▲" : "^"
            put(Wording.count(marked), at: column - Wording.count(marked).count / 2)
        }
        while labels.last == " " { labels.removeLast() }
        return ["\(margin)\(style.isUnicode ? "└" : "+")\(String(line))", "\(margin) \(String(labels))"]
    }
}

extension Curve {
    /// `loss 0.6623 to 0.0617`.
    fileprivate var summary: String {
        guard let first, let last else { return name }
        return values.count > 1
            ? "\(name) \(Wording.figure(first)) to \(Wording.figure(last))" : "\(name) \(Wording.figure(last))"
    }
}
