package import Support

/// The shared repository could not be reached, or does not let us do what we asked for.
package struct RemoteError: Failure, Hashable {
    /// What kept git from its work.
    package enum Cause: Hashable, Sendable {
        /// No line, no host, no answer: it may work later.
        case unreachable
        /// The host does not know who asks, or does not trust the one who does.
        case notAllowed
        /// There is no repository at that address.
        case missing
        /// The repository took what was sent and could not keep it: its disk is full or read-only.
        case cannotWrite
        /// A rule of the host forbids it: a hook, a protected branch, a forbidden deletion.
        case forbidden
        /// What came over the line is damaged, or is no model store.
        case damaged
        case other
    }

    package let cause: Cause
    package let address: String
    /// What git or the host said.
    package let message: String

    package init(_ cause: Cause, address: String, message: String) {
        self.cause = cause
        self.address = Redaction.redacted(address)
        self.message = message
    }

    package var description: String {
        let what =
            switch cause {
            case .unreachable: "cannot be reached"
            case .notAllowed: "does not let us in"
            case .missing: "is no repository"
            case .cannotWrite: "could not store what was sent"
            case .forbidden: "refuses the change"
            case .damaged: "has sent damaged objects"
            case .other: "did not do what was asked"
            }
        return "the remote `\(address)` \(what): \(message)"
    }

    package var kind: FailureKind {
        switch cause {
        case .unreachable: .remoteUnreachable
        case .forbidden, .notAllowed: .remoteRefused
        case .missing: .storeMissing
        case .damaged: .integrity
        case .cannotWrite, .other: .failed
        }
    }

    package var hints: [String] {
        switch cause {
        case .unreachable:
            [
                "check the network and try again",
                "what cannot wait goes without the remote, and is told it later: --offline",
            ]
        case .notAllowed:
            [
                "check the key, or the token in MLOPS_TOKEN: git ls-remote \(address)",
                "names and passwords are git's: git help credentials",
            ]
        case .missing:
            [
                "check the address, and whether its disk is there; an empty repository is made by: git init --bare PATH",
                "what cannot wait goes without the remote, and is told it later: --offline",
            ]
        case .cannotWrite: ["free some space there, or let git write there; nothing is lost here"]
        case .forbidden: ["a hook or a rule of the host said so: ask who keeps it; nothing is lost here"]
        case .damaged, .other: []
        }
    }
}

extension RemoteError {
    /// Reads why git failed from what it said.
    init(address: String, errors: [String], isTimeLimit: Bool = false) {
        // Names of refs and files may be any words: those that stand in lines of their own, and those in quotation marks.
        let text = errors.filter { line in !["From ", "To ", " "].contains { line.hasPrefix($0) } }
            .map { $0.replacing(#/ '[^']*'/#, with: " ''") }
            .joined(separator: "\n").lowercased()
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        let cause: Cause =
            if isTimeLimit
                || says(
                    "could not resolve host",
                    "connection refused",
                    "connection timed out",
                    "network is unreachable",
                    "no route to host",
                    "operation timed out",
                    "failed to connect",
                    "couldn't connect",
                    "connection reset",
                    "temporary failure in name resolution",
                    "name or service not known",
                    "connection closed",
                    "empty reply from server",
                    "early eof",
                    "the remote end hung up",
                    "operation too slow",
                    "broken pipe",
                    "returned error: 5",
                    "could not resolve hostname",
                    "timeout"
                ) && !says("permission denied", "access denied", "does not appear to be", "no space left", "read-only")
            {
                .unreachable
            } else if says(
                "no space left",
                "read-only file system",
                "unable to write",
                "disk quota",
                "unable to create temporary"
            ) {
                .cannotWrite
            } else if says(
                "does not appear to be a git repository",
                "repository not found",
                "not found",
                "no such file"
            ) {
                .missing
            } else if says(
                "permission denied",
                "access denied",
                "authentication failed",
                "could not read username",
                "could not read password",
                "host key verification failed",
                "terminal prompts disabled",
                "returned error: 401",
                "returned error: 403",
                "dubious ownership",
                "not authorized",
                "unauthorized",
                "insufficient permission"
            ) {
                .notAllowed
            } else if says("fsck", "bad object", "invalid", "corrupt", "inflate", "index-pack failed") {
                .damaged
            } else { .other }
        self.init(cause, address: address, message: Self.gist(errors))
    }

    /// The line that says most: the host's own words, else git's last error.
    static func gist(_ errors: [String]) -> String {
        func words(_ line: String) -> String {
            for prefix in ["fatal: ", "error: ", "remote: fatal: ", "remote: error: ", "remote: "]
            where line.hasPrefix(prefix) {
                return String(line.dropFirst(prefix.count))
            }
            return line
        }
        let boring = [
            "please make sure you have the correct access rights", "and the repository exists",
            "could not read from remote",
        ]
        let telling = errors.filter { line in
            !line.isEmpty && !boring.contains { line.lowercased().contains($0) } && !line.hasPrefix("hint:")
                && !line.hasPrefix("To ") && !line.hasPrefix("warning: ")
        }
        let best =
            telling.first { $0.hasPrefix("remote: ") } ?? telling.first {
                $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ")
            }
            ?? telling.last ?? errors.last ?? "git said nothing"
        return words(words(best)).split(separator: " ").joined(separator: " ")
    }
}
