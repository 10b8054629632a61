/// The page that a version carries: what it is, as known when it was registered.
enum ModelCard {
    /// The card of a model that came as files.
    static func files(_ model: String, _ members: [String]) -> String {
        let shown = members.sorted().prefix(50).map { "* `\($0)`\n" }.joined()
        let rest = members.count > 50 ? "* and \(members.count - 50) more\n" : ""
        return "# \(model)\n\nFiles of another tool, kept as they are.\n\n\(shown)\(rest)"
    }
}
