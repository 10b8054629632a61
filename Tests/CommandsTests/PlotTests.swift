import Commands
import Testing

struct PlotTests {
    private static let ascii = TextStyle(isUnicode: false, isColored: false)
    private static let unicode = TextStyle(isUnicode: true, isColored: false)

    /// A curve that falls to a fifth.
    private func curve(_ epochs: Int, name: String = "loss") -> Curve {
        Curve(name, (0..<epochs).map { 1 / (1 + 4 * Double($0) / Double(max(1, epochs - 1))) })
    }

    @Test func aPlotInASCII() {
        let lines = LinePlot(
            [Curve("loss", [5, 4, 3, 2, 1]), Curve("val_loss", [5, 3, 3, 4, 5])],
            height: 5,
            marked: 2
        ).lines(in: Self.ascii, width: 32)
        #expect(
            lines == [
                "  * loss 5.0000 to 1.0000", "  o val_loss 5.0000 to 5.0000",
                "     5.0000 +****              o",
                "            |  o*****    o o o",
                "     3.0000 +    o o***o**",
                "            |            *****",
                "     1.0000 +                ***",
                "            +----^--------------",
                "             epoch 1           5",
            ],
            "\(lines.joined(separator: "\n"))"
        )
    }

    /// However many epochs, and however far apart the figures are: a page of 80 columns, and what the locale can show.
    @Test(arguments: [1, 2, 3, 5, 66, 67, 68, 134, 135, 1000, 100_000])
    func anyNumberOfEpochsFitsAPage(epochs: Int) {
        for style in [Self.ascii, Self.unicode] {
            let twin = Curve("val_loss", curve(epochs).values.map { $0.map { $0 + 0.1 } })
            let lines = LinePlot([curve(epochs), twin], height: 9, marked: epochs / 2 + 1).lines(in: style)
            #expect(lines.count == 12 && lines.allSatisfy { $0.count <= 80 }, "\(lines.joined(separator: "\n"))")
            #expect(lines.last?.contains("epoch 1") == true)
            #expect((lines.last?.contains("each dot the mean of") == true) == (epochs > (style.isUnicode ? 134 : 67)))
            if !style.isUnicode { #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 128 } }) }
        }
    }

    @Test(
        arguments: [
            [0.5, 0.5, 0.5], [0, 0], [-3], [.nan, 1, .infinity], [1e308, -1e308], [1e-300, 0], [.leastNonzeroMagnitude],
            [.greatestFiniteMagnitude], [-.greatestFiniteMagnitude, 3], [1e12, 3e12], [nil, 2, nil, 3],
        ] as [[Double?]]
    )
    func strangeFiguresAreDrawn(values: [Double?]) {
        for style in [Self.ascii, Self.unicode] {
            let curve = Curve("loss", values)
            let lines = LinePlot([curve, Curve("val_loss", values.reversed())], height: 7).lines(in: style)
            #expect(lines.count >= 10 && lines.allSatisfy { $0.count <= 80 }, "\(lines.joined(separator: "\n"))")
            #expect(!lines.joined().contains("nan") && !lines.joined().contains("inf"))
            #expect(Sparkline.text(curve, width: 24).count == values.count)
        }
    }

    /// Small figures beside great ones can be told apart; the least is at the bottom.
    @Test func aLossThatFallsAHundredfoldIsDrawnLogarithmically() {
        let lines = LinePlot([Curve("loss", [100, 10, 1])], height: 5).lines(in: Self.ascii, width: 32)
        #expect(lines[0] == "  * loss 100.00 to 1.0000  (logarithmic)")
        #expect(lines[3].hasPrefix("      10.00 +       ***"), "\(lines.joined(separator: "\n"))")
        #expect(!LinePlot([Curve("loss", [100, 10, 0])], height: 5).lines(in: Self.ascii)[0].contains("logarithmic"))
    }

    @Test func aCurveWithoutFiguresIsNotDrawn() {
        for values in [[], [nil], [.nan, .infinity]] as [[Double?]] {
            #expect(LinePlot([Curve("loss", values)], height: 9).lines(in: Self.unicode) == [])
            #expect(Sparkline.text(Curve("loss", values), width: 24) == "")
        }
    }

    @Test func coloursTellTheCurvesApartAndEnd() {
        let plot = LinePlot([curve(50), curve(40, name: "val_loss")], height: 9)
        let plain = plot.lines(in: Self.unicode)
        let colored = plot.lines(in: TextStyle(isUnicode: true, isColored: true))
        #expect(colored.map { $0.replacing(/\u{1B}\[\d+m/, with: "") } == plain)
        #expect(
            colored[0].contains("\u{1B}[36m⠤⠤\u{1B}[0m loss") && colored[0].contains("\u{1B}[33m⠄⠄\u{1B}[0m val_loss")
        )
        #expect(colored.allSatisfy { $0.matches(of: /\u{1B}\[3\dm/).count == $0.matches(of: /\u{1B}\[0m/).count })
    }

    @Test(
        arguments: [
            ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"), ([8, 1], "█▁"), ([3, 3, 3], "▅▅▅"),
            ([1, 1, 1, 5, 9, 9, 9, 9], "▁▁▁▅████"), ([1, nil, 2], "▁ █"),
        ] as [([Double?], String)]
    )
    func sparklines(values: [Double?], expected: String) {
        #expect(Sparkline.text(Curve("loss", values), width: 24) == expected)
    }

    @Test func aLongSparklineIsOfMeans() {
        #expect(Sparkline.text(Curve("loss", (0..<100_000).map { Double($0) }), width: 8) == "▁▂▃▄▅▆▇█")
    }
}
