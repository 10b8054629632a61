/// How the traffic of an environment comes to a new version.
package enum Strategy: String, Codable, Sendable, CaseIterable {
    /// All of it, at once.
    case direct
    /// A growing share of it.
    case canary
    /// None of it: the version is loaded, answers who asks for it by name, and takes all traffic at once when it is promoted.
    case blueGreen = "blue_green"
    /// A copy of it; the answers are compared and thrown away.
    case shadow
}
