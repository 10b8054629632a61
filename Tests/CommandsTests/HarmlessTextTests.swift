import Commands
import Testing

/// What others have written does nothing to the terminal that shows it.
struct HarmlessTextTests {
    @Test(arguments: [
        ("plain, with ümlauts and 漢字\n\tindented", "plain, with ümlauts and 漢字\n\tindented"),
        ("\u{1B}[2Jgone", "?[2Jgone"), ("a\u{1B}]0;title\u{7}b", "a?]0;title?b"),
        ("back\rto the start", "back?to the start"),
        ("C1 \u{9B}2J", "C1 ?2J"), ("turned \u{202E}around", "turned ?around"),
        ("\u{1B}[33mgold\u{1B}[0m", "?[33mgold?[0m"),
    ])
    func controlCharactersAreShownAsSuch(_ text: String, _ expected: String) {
        #expect(text.harmless() == expected)
    }

    @Test func coloursStayWhereThereAreColours() {
        let text = "\u{1B}[33mgold\u{1B}[0m \u{1B}[2Jgone \u{1B}[3"
        #expect(text.harmless(keepingColors: true) == "\u{1B}[33mgold\u{1B}[0m ?[2Jgone ?[3")
    }
}
