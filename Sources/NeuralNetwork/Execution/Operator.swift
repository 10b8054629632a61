internal import Kernels

/// One step of the execution of a network: it makes its outputs of its inputs, and carries the gradient back.
///
/// Every thread of the team calls each function, also when its share is empty; where threads need what others have
/// computed, they meet at barriers.
protocol Operator: AnyObject {
    var inputs: [BatchTensor] { get }
    var outputs: [BatchTensor] { get }

    /// How the threads share the outputs out, when the inputs come in the given shares.
    func share(after inputs: Share) -> Share

    /// Whether a thread needs all of the inputs for its share of the outputs, not only the same share.
    func readsEverything(in share: Share) -> Bool

    /// Computes the thread's share of the outputs.
    func forward(_ pass: Pass, _ share: Share)

    /// In what shares it wants the gradients of its outputs, when these come in the given ones.
    func gradientShare(after outputs: Share) -> Share

    /// In what shares it leaves the gradients of its inputs, when those of the outputs come in the given ones.
    func inputGradientShare(in share: Share) -> Share

    /// Computes the gradients of those inputs that need one, and whatever the update needs.
    func backward(_ pass: Pass, _ share: Share)

    /// Computes the gradients of the parameters and gives them to the update; all are done with the backward pass.
    func update(_ pass: Pass, _ update: ParameterUpdate)
}

/// Operators that work row by row are the usual ones.
extension Operator {
    func share(after inputs: Share) -> Share { .rows }
    func readsEverything(in share: Share) -> Bool { false }
    func gradientShare(after outputs: Share) -> Share { .rows }
    func inputGradientShare(in share: Share) -> Share { share }
    func update(_ pass: Pass, _ update: ParameterUpdate) {}
}

/// How threads share a matrix of rows out.
enum Share {
    case rows
    /// By vectors of 16 columns.
    case columns
}

/// One pass of a batch through a network, as one thread sees it.
struct Pass {
    /// Rows of the batch.
    let rows: Int
    let thread: Int
    let team: ThreadTeam
    let kernels: KernelSet
    /// The thread's own memory.
    let scratch: UnsafeMutablePointer<Float>
    /// The random numbers of dropout; without them the dropout layers do nothing.
    let dropout: DropoutKeys?
    let mode: Mode

    enum Mode {
        /// Layers that look at the batch while training take what they remember instead.
        case inference
        case training
        /// As in training, and nothing is remembered of it.
        case looking
    }

    /// The thread's part of a tensor.
    func part(of tensor: BatchTensor, _ share: Share) -> Part {
        switch share {
        case .rows: Part(rows: team.share(of: rows, thread: thread), vectors: 0..<tensor.vectors)
        case .columns: Part(rows: 0..<rows, vectors: team.share(of: tensor.vectors, thread: thread))
        }
    }

    /// The thread's rows.
    var ownRows: Range<Int> { team.share(of: rows, thread: thread) }
}

/// A part of a matrix.
struct Part {
    let rows: Range<Int>
    /// Vectors of 16 columns.
    let vectors: Range<Int>

    var isEmpty: Bool { rows.isEmpty || vectors.isEmpty }
    var floats: Range<Int> { (vectors.lowerBound * 16)..<(vectors.upperBound * 16) }
}
