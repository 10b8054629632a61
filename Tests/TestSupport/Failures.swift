package import Support

/// The failure that ends `body`; `nil` when it succeeds, or ends in an error that no person could act on.
package func failure(of body: () throws -> Void) -> (any Failure)? {
    do {
        try body()
        return nil
    } catch {
        return error as? any Failure
    }
}
