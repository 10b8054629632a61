/// Which of the folds is held out while a network is trained.
package struct FoldPosition: Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1.
    package let number: Int
    package let count: Int

    package init(number: Int, of count: Int) {
        self.number = number
        self.count = count
    }

    /// `fold 2/5`.
    package var description: String { "fold \(number)/\(count)" }
}
