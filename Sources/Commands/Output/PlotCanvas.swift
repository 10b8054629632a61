/// A field of characters that up to two lines are drawn on, by dots.
///
/// In Unicode each character has two by four dots (braille patterns), in ASCII it is one.
struct PlotCanvas {
    /// The dots of a line across and down.
    let dotsAcross: Int
    let dotsDown: Int

    private let style: TextStyle
    private let width: Int
    private let height: Int
    /// For each line the dots of each character, row by row.
    private var lines: [[UInt8]]

    static let colors: [TextStyle.Color] = [.cyan, .yellow]
    private static let asciiMarks: [Character] = ["*", "o"]
    /// The bits of a braille pattern, by row, left and right.
    private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

    init(width: Int, height: Int, style: TextStyle) {
        (self.width, self.height, self.style) = (width, height, style)
        (dotsAcross, dotsDown) = style.isUnicode ? (width * 2, height * 4) : (width, height)
        lines = PlotCanvas.colors.map { _ in [UInt8](repeating: 0, count: width * height) }
    }

    /// How a line looks, for the legend; the second one is dotted.
    static func sample(of line: Int, in style: TextStyle) -> String {
        style.colored(style.isUnicode ? ["⠤⠤", "⠄⠄"][line] : String(asciiMarks[line]), colors[line])
    }

    /// Sets the dot of a line, counted from the upper left corner.
    mutating func set(_ x: Int, _ y: Int, line: Int) {
        guard (0..<dotsAcross).contains(x), (0..<dotsDown).contains(y) else { return }
        if style.isUnicode {
            lines[line][y / 4 * width + x / 2] |= PlotCanvas.bits[y % 4][x % 2]
        } else {
            lines[line][y * width + x] = 1
        }
    }

    /// A row of characters.
    func row(_ row: Int) -> String {
        var text = ""
        var (run, color) = ("", TextStyle.Color?.none)
        for column in 0..<width {
            let dots = lines.map { $0[row * width + column] }
            // Where both lines are, they take turns.
            let shown = dots.indices.filter { dots[$0] != 0 }
            let line = shown.isEmpty ? nil : shown[column / 2 % shown.count]
            let next = line.map { PlotCanvas.colors[$0] } ?? color
            if next != color {
                text += style.colored(run, color)
                (run, color) = ("", next)
            }
            run.append(character(dots, line))
        }
        while run.last == " " { run.removeLast() }
        return text + style.colored(run, color)
    }

    private func character(_ dots: [UInt8], _ line: Int?) -> Character {
        guard let line else { return " " }
        guard style.isUnicode else { return PlotCanvas.asciiMarks[line] }
        return Unicode.Scalar(0x2800 + UInt32(dots.reduce(0, |))).map { Character($0) } ?? " "
    }
}
