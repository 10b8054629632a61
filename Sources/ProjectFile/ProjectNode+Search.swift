extension ProjectNode {
    /// Where a key stands somewhere below, such as `training.epochs` for `epochs`; `nil` when it is nowhere.
    func path(below key: String) -> String? {
        guard case .mapping(let entries) = content else { return nil }
        for entry in entries {
            guard case .mapping(let inner) = entry.value.content else { continue }
            if inner.contains(where: { $0.key == key }) { return "\(entry.value.path).\(key)" }
            if let found = entry.value.path(below: key) { return found }
        }
        return nil
    }
}
