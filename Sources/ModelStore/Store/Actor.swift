internal import Git

/// Who does something, as claimed by the one who does it.
package struct Actor: Codable, Hashable, Sendable {
    package let name: String
    package let email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}

extension Actor {
    /// The person of git's own configuration, `user.name` and `user.email`; `nil` when git knows nobody.
    package static func fromGitConfiguration() -> Actor? {
        guard let name = UserConfiguration.value(of: "user.name") else { return nil }
        return Actor(name: name, email: UserConfiguration.value(of: "user.email") ?? "\(name)@localhost")
    }
}
