/// A share as a bar of text.
enum Bar {
    private static let width = 20
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// A bar whose full width is `greatest`.
    static func text(_ share: Double, of greatest: Double) -> String {
        guard greatest > 0, share > 0 else { return "" }
        let cells = Int((share / greatest * Double(width * 8)).rounded())
        return String(repeating: "█", count: cells / 8) + eighths[cells % 8]
    }

    /// `12.3 %`.
    static func percent(_ share: Double) -> String { "\(Wording.decimals(share * 100, 1)) %" }
}
