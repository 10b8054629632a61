/// Who does something, as claimed by the one who does it.
package struct Actor: Codable, Hashable, Sendable {
    package let name: String
    package let email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}
