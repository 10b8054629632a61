internal import CKernelPrimitives

/// Does what ``denseForward(_:_:_:_:_:_:_:)`` does, leaving out the inputs that are zero.
@inline(__always)
func denseForwardSparse(
    _ dense: mlops_dense,
    _ rows: Range<Int>,
    _ panels: Range<Int>,
    _ x: mlops_rows,
    _ y: mlops_rows,
    _ relu: Bool,
    _ scratch: MutableFloats
) {
    let lists = SparseLists(scratch, stride: listLength)
    var counts = InlineArray<64, Int32>(repeating: 0)
    var input = 0
    while input < dense.inputs {
        let count = min(listLength, dense.inputs - input)
        for row in rows {
            let source = Floats(x.start + row * x.row + input)
            let entries = lists.fill(row - rows.lowerBound, from: source, count: count, step: 1)
            counts[row - rows.lowerBound] = Int32(truncatingIfNeeded: entries)
        }
        var panel = panels.lowerBound
        while panel < panels.upperBound {
            let band = Band(dense, containing: panel)
            let end = min(panels.upperBound, band.first + band.count)
            let piece = SparsePiece(
                input: input,
                finishesWithRelu: relu && input + count == dense.inputs,
                panel: panel,
                band: band
            )
            for row in rows {
                let list = row - rows.lowerBound
                let entries = Int(counts[list])
                switch end - panel {
                case 1: sparseTile(Tile<1, 1>.self, dense, row, lists, list, entries, y, piece)
                case 2: sparseTile(Tile<1, 2>.self, dense, row, lists, list, entries, y, piece)
                case 3: sparseTile(Tile<1, 3>.self, dense, row, lists, list, entries, y, piece)
                case 4: sparseTile(Tile<1, 4>.self, dense, row, lists, list, entries, y, piece)
                case 5: sparseTile(Tile<1, 5>.self, dense, row, lists, list, entries, y, piece)
                #if KERNELS_V4
                case 6: sparseTile(Tile<1, 6>.self, dense, row, lists, list, entries, y, piece)
                case 7: sparseTile(Tile<1, 7>.self, dense, row, lists, list, entries, y, piece)
                default: sparseTile(Tile<1, 8>.self, dense, row, lists, list, entries, y, piece)
                #else
                default: sparseTile(Tile<1, 6>.self, dense, row, lists, list, entries, y, piece)
                #endif
                }
            }
            panel = end
        }
        input += count
    }
}

/// Which inputs are being added to which panels.
private struct SparsePiece {
    let input: Int
    let finishesWithRelu: Bool
    let panel: Int
    let band: Band
}

/// Adds one piece of a row's terms to the outputs of some panels; between the pieces the sums rest in `y`.
@inline(__always)
private func sparseTile<let panels: Int>(
    _: Tile<1, panels>.Type,
    _ dense: mlops_dense,
    _ row: Int,
    _ lists: SparseLists,
    _ list: Int,
    _ entries: Int,
    _ y: mlops_rows,
    _ piece: SparsePiece
) {
    var sums: Tile<1, panels> = zeros()
    let target = y.start + row * y.row + piece.panel * 16
    if piece.input == 0 {
        for j in 0..<panels { sums[0][j] = biasVector(dense, piece.panel + j) }
    } else {
        for j in 0..<panels { sums[0][j] = vector_load(target + j * 16) }
    }
    accumulateListed(
        &sums,
        lists,
        list,
        count: entries,
        b: Floats(piece.band.place(piece.input, piece.panel)),
        bStep: piece.band.row
    )
    if piece.finishesWithRelu {
        for j in 0..<panels { vector_store(target + j * 16, vector_max(sums[0][j], vector_splat(0))) }
    } else {
        for j in 0..<panels { vector_store(target + j * 16, sums[0][j]) }
    }
}
