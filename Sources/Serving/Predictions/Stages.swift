internal import NIOCore

/// When the stages of an answer were over.
struct Stages: Sendable {
    /// The inputs had become rows of features.
    var prepared = NIODeadline.now()
    /// The model was called.
    var started = NIODeadline.now()
    /// The model had answered.
    var finished = NIODeadline.now()
}
