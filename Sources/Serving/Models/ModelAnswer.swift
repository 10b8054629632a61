/// What a model has answered: tensors for the caller, and what they say of each row.
package struct ModelAnswer: Sendable, Equatable {
    package let outputs: [OutputTensor]
    package let content: Content

    package init(_ outputs: [OutputTensor], _ content: Content) {
        self.outputs = outputs
        self.content = content
    }

    /// What is said of each row, in a form in which versions can be compared.
    package enum Content: Sendable, Equatable {
        /// The numbers of the classes.
        case classes([Int])
        /// Numbers: the scores, or the first output of a regression.
        case numbers([Float])
        /// Nothing that could be compared.
        case other
    }
}

extension ModelAnswer.Content {
    /// In how many of the rows another version says the same; `nil` where the two cannot be compared.
    ///
    /// Numbers are the same when they differ by less than rounding explains.
    func agreement(with other: Self) -> (rows: Int, same: Int)? {
        switch (self, other) {
        case (.classes(let first), .classes(let second)) where first.count == second.count:
            (first.count, zip(first, second).count { $0 == $1 })
        case (.numbers(let first), .numbers(let second)) where first.count == second.count:
            (first.count, zip(first, second).count { abs($0 - $1) <= 1e-5 * max(abs($0), abs($1), 1e-3) })
        default: nil
        }
    }
}
