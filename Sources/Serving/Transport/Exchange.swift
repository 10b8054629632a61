internal import NIOCore
internal import NIOHTTP1

/// One request of HTTP on its way to an answer.
struct Exchange {
    /// Its number on the connection.
    let ticket: UInt64
    let target: RequestTarget
    let isHead: Bool
    let keepsAlive: Bool
    /// Whether it came over HTTP/1.0.
    let isOld: Bool
    /// When its last byte had come.
    let received: NIODeadline
    /// What a model is asked, if one is.
    var prediction: Prediction?
}
