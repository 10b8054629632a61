package import ModelStore

extension Invocation {
    /// Who does this, as far as anybody can tell: `MLOPS_ACTOR`, the user of a CI job, git's identity, the login.
    ///
    /// It is a claim, not a proof: whoever may write to the store may write any name.
    package var actor: Actor {
        let host = environment["HOSTNAME"] ?? "localhost"
        for key in ["MLOPS_ACTOR", "GITHUB_ACTOR", "GITLAB_USER_LOGIN"] {
            if let name = environment[key], !name.isEmpty { return Actor(name: name, email: "\(name)@\(host)") }
        }
        if let identity = Actor.fromGitConfiguration() { return identity }
        for key in ["SUDO_USER", "LOGNAME", "USER"] {
            if let name = environment[key], !name.isEmpty { return Actor(name: name, email: "\(name)@\(host)") }
        }
        return Actor(name: "unknown", email: "unknown@\(host)")
    }
}
