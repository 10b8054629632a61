internal import Kernels

extension ProcessGroup {
    /// Ties the calling thread to this process's share of the processors that processes on one host have in common.
    ///
    /// Processes that their launcher has tied to processors of their own keep these.
    package func takeShareOfProcessors() throws {
        let processors = Affinity.current.processors
        let name = host.utf8.prefix(64)
        var block = Array(name) + [UInt8](repeating: 0, count: 64 - name.count + 512)
        for processor in processors where processor < 4096 { block[64 + processor / 8] |= 1 << UInt8(processor % 8) }
        let blocks = try gather(block)
        let alike = blocks.indices.filter { blocks[$0] == block }
        guard alike.count > 1, !processors.isEmpty, let place = alike.firstIndex(of: rank) else { return }
        let share = (processors.count * place / alike.count)..<(processors.count * (place + 1) / alike.count)
        Affinity(processors: share.isEmpty ? [processors[place % processors.count]] : Array(processors[share])).apply()
    }
}
