/// What the answers of a version said: how often each class, and the latest numbers.
struct AnswerTally: Sendable {
    /// Answers by the number of their class.
    private(set) var classes: [UInt64] = []
    /// The latest numbers, in no order.
    private(set) var numbers: [Float] = []
    /// Where the next number goes once there are enough of them.
    private var place = 0

    /// Numbers that one event loop remembers.
    private static let limit = 1024

    mutating func add(_ content: ModelAnswer.Content) {
        switch content {
        case .classes(let new):
            for number in new {
                if number >= classes.count {
                    classes += [UInt64](repeating: 0, count: number + 1 - classes.count)
                }
                classes[number] &+= 1
            }
        case .numbers(let new):
            for number in new {
                if numbers.count < Self.limit { numbers.append(number) } else { numbers[place] = number }
                place = (place + 1) % Self.limit
            }
        case .other: return
        }
    }

    mutating func add(_ other: AnswerTally) {
        if other.classes.count > classes.count {
            classes += [UInt64](repeating: 0, count: other.classes.count - classes.count)
        }
        for (index, count) in other.classes.enumerated() { classes[index] &+= count }
        numbers += other.numbers
    }

    /// Lets the numbers go, so that those of another time begin.
    mutating func forgetNumbers() {
        numbers.removeAll(keepingCapacity: true)
        place = 0
    }
}
