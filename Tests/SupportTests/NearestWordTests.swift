import Support
import Testing

struct NearestWordTests {
    @Test(arguments: [("epoch", "epochs"), ("modle", "model"), ("lerning_rate", "learning_rate"), ("banana", nil)])
    func nearestWord(word: String, expected: String?) {
        let words = ["epochs", "model", "learning_rate", "loss"]
        #expect(NearestWord.find(word, in: words) == expected)
    }
}
