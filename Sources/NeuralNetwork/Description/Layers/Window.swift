/// What lies around an input when a window moves over it, with Keras's names.
package enum Padding: String, Sendable, Equatable, Codable, CaseIterable {
    /// Nothing: only windows that lie within the input.
    case valid
    /// As much as makes as many outputs as inputs (divided by the stride); the odd one behind.
    case same
    /// All of it before the input: an output sees nothing that comes later. Only along one axis.
    case causal
}

/// How a window moves over an image `[height, width, channels]`; along one axis the height is 1.
struct Window: Equatable {
    /// Along one axis.
    struct Axis: Equatable {
        let input: Int
        let size: Int
        let stride: Int
        let dilation: Int
        /// Zeros before the input.
        let before: Int
        /// Zeros behind it that a window reaches; the last inputs may be left over instead.
        let behind: Int
        let output: Int

        /// The inputs between the first and the last that the window sees at once, with both.
        var extent: Int { (size - 1) * dilation + 1 }

        /// Throws ``LayerMismatch`` when no window fits.
        init(input: Int, size: Int, stride: Int, dilation: Int, padding: Padding) throws(LayerMismatch) {
            let (reach, overflow) = (size - 1).multipliedReportingOverflow(by: dilation)
            guard !overflow, reach < 1 << 40 else { throw LayerMismatch("a smaller dilation", "\(dilation)") }
            let extent = reach + 1
            switch padding {
            case .valid:
                guard extent <= input else {
                    throw LayerMismatch(
                        "at least \(extent) inputs along each axis for a window of \(size)"
                            + (dilation > 1 ? " with dilation \(dilation)" : ""),
                        "\(input)",
                        hints: ["add `padding: same`, or take a smaller window"]
                    )
                }
                (output, before) = ((input - extent) / stride + 1, 0)
            case .same:
                output = (input + stride - 1) / stride
                before = max((output - 1) * stride + extent - input, 0) / 2
            case .causal:
                (output, before) = ((input - 1) / stride + 1, reach)
            }
            behind = max((output - 1) * stride + extent - input - before, 0)
            (self.input, self.size, self.stride, self.dilation) = (input, size, stride, dilation)
        }

        /// The same with the first outputs only.
        private init(_ axis: Axis, output: Int) {
            (input, size, stride, dilation) = (axis.input, axis.size, axis.stride, axis.dilation)
            (before, self.output) = (axis.before, output)
            behind = max((output - 1) * stride + axis.extent - input - before, 0)
        }

        /// The same with so many outputs, the first ones.
        func cropped(to output: Int) -> Axis { output < self.output ? Axis(self, output: output) : self }

        /// Inputs that are looked at: without those that are left over behind the last window.
        var used: Int { min(input, max(0, (output - 1) * stride + extent - before)) }
    }

    let height: Axis
    let width: Axis
    let channels: Int

    init(height: Axis, width: Axis, channels: Int) {
        (self.height, self.width, self.channels) = (height, width, channels)
    }

    /// A window over an image, whose shape has been checked; sizes are `[height, width]`.
    init(
        over input: [Int],
        size: [Int],
        strides: [Int],
        dilation: [Int] = [1, 1],
        padding: Padding
    ) throws(LayerMismatch) {
        func axis(_ number: Int) throws(LayerMismatch) -> Axis {
            try Axis(
                input: input[number],
                size: size[number],
                stride: strides[number],
                dilation: dilation[number],
                padding: padding
            )
        }
        (height, width, channels) = (try axis(0), try axis(1), input[2])
    }

    /// A window over a sequence `[steps, values]`, whose shape has been checked.
    init(
        overSequence input: [Int],
        size: Int,
        stride: Int,
        dilation: Int = 1,
        padding: Padding
    ) throws(LayerMismatch) {
        // The height is one step of one row, where nothing is to be padded.
        height = try Axis(input: 1, size: 1, stride: 1, dilation: 1, padding: .valid)
        width = try Axis(input: input[0], size: size, stride: stride, dilation: dilation, padding: padding)
        channels = input[1]
    }

    /// The same with fewer outputs, the first ones along each axis.
    func cropped(height: Int, width: Int) -> Window {
        Window(height: self.height.cropped(to: height), width: self.width.cropped(to: width), channels: channels)
    }

    /// Numbers of the image with the zeros around it; `nil` when they are too many to count.
    var paddedNumbers: Int? {
        [height.before + height.input + height.behind, width.before + width.input + width.behind, channels]
            .checkedProduct
    }

    /// Inputs that one output sees in one channel.
    var taps: Int { height.size * width.size }

    /// Places of the output.
    var places: Int { height.output * width.output }
}
