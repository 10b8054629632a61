internal import Kernels

/// Lays out the memory of a network's execution, and puts its operators in a row.
final class WorkspaceBuilder {
    let kernels: KernelSet
    let layout: ParameterLayout
    let parameters: AlignedBuffer
    /// Rows that are worked on at once, at most.
    let capacity: Int
    let threads: Int
    let withGradients: Bool
    private(set) var operators: [any Operator] = []
    private(set) var memory: [AlignedBuffer] = []
    /// Floats of scratch memory that every thread needs.
    private(set) var scratchFloats: Int

    init(
        kernels: KernelSet,
        layout: ParameterLayout,
        parameters: AlignedBuffer,
        capacity: Int,
        threads: Int,
        withGradients: Bool
    ) {
        self.kernels = kernels
        self.layout = layout
        self.parameters = parameters
        self.capacity = capacity
        self.threads = threads
        self.withGradients = withGradients
        scratchFloats = kernels.scratchFloats
    }

    /// The rows of the capacity, to whole vectors.
    var paddedRows: Int { (capacity + 15) / 16 * 16 }

    func append(_ operation: any Operator) { operators.append(operation) }

    /// Makes sure that every thread has so much scratch memory.
    func needScratch(_ floats: Int) { scratchFloats = max(scratchFloats, floats) }

    /// Memory that lives as long as the workspace, with zeros in it.
    func buffer(_ floats: Int) -> AlignedBuffer {
        let buffer = AlignedBuffer(count: floats)
        memory.append(buffer)
        return buffer
    }

    /// Memory for a row of so many numbers for each row of a batch.
    func matrix(_ width: Int) -> MatrixRows {
        // An odd number of cache lines per row: rows at a power of two would fall on the same lines of the cache.
        let row = ((width + 15) / 16 | 1) * 16
        // Kernels read whole vectors, and so beyond the last number of the last row.
        return buffer(paddedRows * row + 16).rows(row: row)
    }

    /// The output of an operator, with memory of its own.
    ///
    /// Operators that work element by element pass the gradient on where it is: their input's gradient is their output's.
    func tensor(
        _ shape: [Int],
        after input: BatchTensor?,
        learns: Bool = false,
        sharesGradient: Bool = false,
        allowsChange: Bool = true
    ) -> BatchTensor {
        let width = shape.reduce(1, *)
        let values = matrix(width)
        let needsGradient = withGradients && (learns || input?.needsGradient == true)
        let gradient: MatrixRows =
            if !needsGradient { values } else if sharesGradient, let input, input.needsGradient { input.gradient } else
            {
                matrix(width)
            }
        return BatchTensor(
            shape: shape,
            values: values,
            gradient: gradient,
            needsGradient: needsGradient,
            allowsChange: allowsChange
        )
    }

    /// Where a weight lies in the parameters; `nil` when the layer has none of that name.
    func weight(_ name: String, of place: LayerPlace) -> PackedWeight? {
        layout.entry("\(place.name)/\(name)").map { entry in
            PackedWeight(start: parameters.start + entry.offset, offset: entry.offset, entry: entry)
        }
    }
}

/// A weight in the memory of the kernels.
struct PackedWeight {
    let start: UnsafeMutablePointer<Float>
    /// In the parameters, and in everything that has their layout.
    let offset: Int
    let entry: ParameterLayout.Entry
}

/// Where a layer stands in a network.
struct LayerPlace {
    /// Its number, after those of the layers that it stands in.
    let numbers: [Int]
    /// Its name, after those of the layers that it stands in, such as `residual/conv2d`.
    let name: String
    /// Whether its last activation is left to the loss.
    var leavesActivation = false
    /// The places of its output that the next layer looks at, `[height, width]`; `nil` for all.
    var usedPlaces: [Int]?
    /// Whether its weights stay as they are.
    var isFrozen = false
}
