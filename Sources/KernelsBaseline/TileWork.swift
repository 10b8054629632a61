import CKernelPrimitives

/// Work on a tile of some rows, or places of an image, times some panels.
protocol TileWork {
    /// Works on a tile that begins at row `first`.
    func run<let rows: Int, let panels: Int>(_ tile: Tile<rows, panels>.Type, first: Int)
}

extension TileWork {
    /// Works on `count` rows in tiles of about the same width, as wide as the compiler keeps in registers.
    @inline(__always)
    func runTiles(_ count: Int, panels: Int) {
        #if KERNELS_V4
        if panels == 2 {
            let tiles = (count + 9) / 10
            for tile in 0..<tiles {
                let first = count * tile / tiles
                switch count * (tile + 1) / tiles - first {
                case 1: run(Tile<1, 2>.self, first: first)
                case 2: run(Tile<2, 2>.self, first: first)
                case 3: run(Tile<3, 2>.self, first: first)
                case 4: run(Tile<4, 2>.self, first: first)
                case 5: run(Tile<5, 2>.self, first: first)
                case 6: run(Tile<6, 2>.self, first: first)
                case 7: run(Tile<7, 2>.self, first: first)
                case 8: run(Tile<8, 2>.self, first: first)
                case 9: run(Tile<9, 2>.self, first: first)
                default: run(Tile<10, 2>.self, first: first)
                }
            }
            return
        }
        let tiles = (count + 11) / 12
        for tile in 0..<tiles {
            let first = count * tile / tiles
            switch count * (tile + 1) / tiles - first {
            case 1: run(Tile<1, 1>.self, first: first)
            case 2: run(Tile<2, 1>.self, first: first)
            case 3: run(Tile<3, 1>.self, first: first)
            case 4: run(Tile<4, 1>.self, first: first)
            case 5: run(Tile<5, 1>.self, first: first)
            case 6: run(Tile<6, 1>.self, first: first)
            case 7: run(Tile<7, 1>.self, first: first)
            case 8: run(Tile<8, 1>.self, first: first)
            case 9: run(Tile<9, 1>.self, first: first)
            case 10: run(Tile<10, 1>.self, first: first)
            case 11: run(Tile<11, 1>.self, first: first)
            default: run(Tile<12, 1>.self, first: first)
            }
        }
        #else
        let tiles = (count + 5) / 6
        for tile in 0..<tiles {
            let first = count * tile / tiles
            switch count * (tile + 1) / tiles - first {
            case 1: run(Tile<1, 1>.self, first: first)
            case 2: run(Tile<2, 1>.self, first: first)
            case 3: run(Tile<3, 1>.self, first: first)
            case 4: run(Tile<4, 1>.self, first: first)
            case 5: run(Tile<5, 1>.self, first: first)
            default: run(Tile<6, 1>.self, first: first)
            }
        }
        #endif
    }
}

extension Band {
    /// Calls the function for the panels of the band, two at once where there are registers for that.
    @inline(__always)
    func forEachPanels(_ body: (_ panel: Int, _ count: Int) -> Void) {
        var panel = first
        while panel < first + count {
            let panels = min(tilePanels, first + count - panel)
            body(panel, panels)
            panel += panels
        }
    }
}
