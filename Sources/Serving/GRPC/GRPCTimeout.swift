/// How long a caller of gRPC waits, as the header `grpc-timeout` says: up to eight digits and a unit, such as `250m` for milliseconds.
struct GRPCTimeout {
    let seconds: Double

    /// Throws ``RequestError`` (400) for anything else.
    init(_ text: String) throws(RequestError) {
        let units: [Character: Double] = ["H": 3600, "M": 60, "S": 1, "m": 1e-3, "u": 1e-6, "n": 1e-9]
        let digits = text.dropLast()
        guard let unit = text.last.flatMap({ units[$0] }), (1...8).contains(digits.count),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Double(digits)
        else { throw .invalid("grpc-timeout is no time") }
        seconds = number * unit
    }
}
