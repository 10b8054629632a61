/// One entry of an event file: TensorFlow's message `Event` (tensorflow/core/util/event.proto), as far as scalars need it.
package struct Event: Sendable {
    /// What it says.
    package enum Content: Sendable {
        /// The first entry of every file.
        case fileVersion
        /// What was written before, from this step on, holds no more: it is done again.
        case restart
        /// Figures under their tags.
        case scalars([(tag: String, value: Float)])
    }

    /// Seconds since 1970.
    package let wallTime: Double
    package let step: Int
    package let content: Content

    package init(wallTime: Double, step: Int, _ content: Content) {
        self.wallTime = wallTime
        self.step = step
        self.content = content
    }

    /// The message, without its frame.
    package var encoded: [UInt8] {
        var event = ProtobufWriter()
        event.double(1, wallTime)
        // Zero is what a reader takes a missing number for, and is never written.
        if step != 0 { event.integer(2, step) }
        switch content {
        case .fileVersion: event.string(3, "brain.Event:2")
        case .restart: event.message(7) { $0.integer(1, 1) }
        case .scalars(let scalars):
            event.message(5) { summary in
                for scalar in scalars {
                    summary.message(1) { value in
                        value.string(1, scalar.tag)
                        value.float(2, scalar.value)
                    }
                }
            }
        }
        return event.bytes
    }

    /// The record of a file: length, checksum of it, message, checksum of that (TensorFlow's `TFRecord`).
    package var record: [UInt8] {
        let message = encoded
        let length = LittleEndian.bytes(of: message.count, count: 8)
        func guarded(_ bytes: [UInt8]) -> [UInt8] {
            bytes + LittleEndian.bytes(of: Int(CRC32C.maskedChecksum(of: bytes)), count: 4)
        }
        return guarded(length) + guarded(message)
    }
}
