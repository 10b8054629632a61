internal import CLibgit2

/// The user's and the machine's git configuration.
package enum UserConfiguration {
    /// The value of one setting; `nil` when it is not set or cannot be read.
    package static func value(of key: String) -> String? {
        _ = Library.isStarted
        var configuration: OpaquePointer?
        guard unsafe git_config_open_default(&configuration) == 0 else { return nil }
        defer { unsafe git_config_free(configuration) }
        var buffer = unsafe git_buf()
        defer { unsafe git_buf_dispose(&buffer) }
        guard unsafe git_config_get_string_buf(&buffer, configuration, key) == 0, let text = unsafe buffer.ptr else {
            return nil
        }
        let value = unsafe String(cString: text)
        return value.isEmpty ? nil : value
    }
}
