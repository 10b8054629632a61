import Archiving
import Testing

struct MemberPathTests {
    @Test(arguments: ["a", "a/b", "weights.safetensors", "training/history.jsonl", "grüße", "..a", "a..b", ".hidden"])
    func staysInside(path: String) { #expect(MemberPath.isSafe(path)) }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a\\b", "a\u{0}b", "a\nb", "\u{7F}",
    ])
    func leadsOut(path: String) { #expect(!MemberPath.isSafe(path)) }

    @Test func lengthsAreLimited() {
        #expect(MemberPath.isSafe(String(repeating: "a", count: 255)))
        #expect(!MemberPath.isSafe(String(repeating: "a", count: 256)))
        #expect(!MemberPath.isSafe(Array(repeating: "aaaa", count: 1000).joined(separator: "/")))
    }
}
