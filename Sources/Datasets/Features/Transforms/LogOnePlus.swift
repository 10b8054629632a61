internal import Support

/// The natural logarithm of one plus the value, for amounts and counts that span several powers of ten.
package struct LogOnePlus: Transform {
    package static let key = "log1p"

    package func apply(to block: inout FeatureBlock) throws {
        if let bad = block.numbers.firstIndex(where: { $0 <= -1 }) {
            throw FeatureFault(
                row: bad / block.width,
                "log1p takes numbers above -1, found \(block.numbers[bad])",
                hint: "leave the step out, or put a clip before it"
            )
        }
        block.update { number, _ in RepeatableMath.logOnePlus(number) }
    }
}
