internal import Git
package import Support

/// How a store talks to its remote.
package struct Connection: Sendable {
    /// Whether nothing is asked of the remote, and nothing told to it.
    package var isOffline: Bool
    /// Whether git may ask the person at the terminal.
    package var mayPrompt: Bool
    /// Whether the environment holds a token, in `MLOPS_TOKEN`.
    package var hasToken: Bool
    package var cancellation: Cancellation
    /// Hears how far a transfer is: what is done, how many objects of how many, and bytes with their rate in git's words.
    package var onProgress: @Sendable (_ phase: String, _ done: Int, _ total: Int, _ volume: String) -> Void

    package init(
        isOffline: Bool,
        mayPrompt: Bool = false,
        hasToken: Bool = false,
        cancellation: Cancellation = Cancellation(),
        onProgress: @escaping @Sendable (String, Int, Int, String) -> Void = { _, _, _, _ in }
    ) {
        self.isOffline = isOffline
        self.mayPrompt = mayPrompt
        self.hasToken = hasToken
        self.cancellation = cancellation
        self.onProgress = onProgress
    }

    /// Talks to nobody.
    package static let none = Connection(isOffline: true)

    /// The seconds that a look at the ledgers may take: they are small, and somebody waits.
    static let patience = 20.0
    /// The seconds that a look waits for one that another process has begun.
    static let patienceForOthers = 10.0
    /// The seconds that a small change may take to be pushed.
    static let patienceOfChange = 60.0

    var hear: @Sendable (TransferProgress) -> Void { { onProgress($0.phase, $0.done, $0.total, $0.volume) } }

    /// Options for git that answer a host's question with the token of the environment; nothing secret stands in them.
    func credentials(for address: RemoteAddress) -> [String] {
        guard hasToken, address.isConfidential, let scope = address.credentialScope else { return [] }
        let answer =
            #"!f() { test "$1" = get && printf 'username=%s\npassword=%s\n' "${MLOPS_TOKEN_USER:-x-access-token}" "$MLOPS_TOKEN"; }; f"#
        return ["-c", "credential.\(scope).helper=", "-c", "credential.\(scope).helper=\(answer)"]
    }
}

extension Failure {
    /// Whether it is about the remote, and not about what was asked of the store.
    package var isOfRemote: Bool { self is RemoteError }
}
