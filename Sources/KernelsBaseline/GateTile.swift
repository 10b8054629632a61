/// Work on the gates of a recurrent layer, which lie side by side as the panels of a tile do.
protocol GateTile: TileWork {
    /// The same work from another gate on.
    func at(gate: Int) -> Self
}

extension GateTile {
    /// Works on `count` rows of so many gates: all at once where there are registers for that.
    @inline(__always)
    func runGates(_ gates: Int, _ count: Int) {
        #if KERNELS_V4
        if gates > 2 { runWideTiles(count, panels: gates) } else { runTiles(count, panels: gates) }
        #else
        for gate in 0..<gates { at(gate: gate).runTiles(count, panels: 1) }
        #endif
    }

    #if KERNELS_V4
    /// Works on `count` rows in tiles of three or four panels, as the gates of a recurrent layer are.
    @inline(__always)
    func runWideTiles(_ count: Int, panels: Int) {
        if panels == 4 {
            let tiles = (count + 5) / 6
            for tile in 0..<tiles {
                let first = count * tile / tiles
                switch count * (tile + 1) / tiles - first {
                case 1: run(Tile<1, 4>.self, first: first)
                case 2: run(Tile<2, 4>.self, first: first)
                case 3: run(Tile<3, 4>.self, first: first)
                case 4: run(Tile<4, 4>.self, first: first)
                case 5: run(Tile<5, 4>.self, first: first)
                default: run(Tile<6, 4>.self, first: first)
                }
            }
        } else {
            let tiles = (count + 7) / 8
            for tile in 0..<tiles {
                let first = count * tile / tiles
                switch count * (tile + 1) / tiles - first {
                case 1: run(Tile<1, 3>.self, first: first)
                case 2: run(Tile<2, 3>.self, first: first)
                case 3: run(Tile<3, 3>.self, first: first)
                case 4: run(Tile<4, 3>.self, first: first)
                case 5: run(Tile<5, 3>.self, first: first)
                case 6: run(Tile<6, 3>.self, first: first)
                case 7: run(Tile<7, 3>.self, first: first)
                default: run(Tile<8, 3>.self, first: first)
                }
            }
        }
    }
    #endif
}
