internal import NIOCore

/// A message of gRPC as it travels: a byte that says whether it is compressed, its length, and its bytes.
///
/// Source: "gRPC over HTTP2" in gRPC's documentation, "Length-Prefixed-Message".
enum GRPCMessage {
    /// Puts in front of a message what tells where it ends.
    ///
    /// Throws ``RequestError`` (500) for more than a message holds.
    static func framed(_ write: (inout ByteBuffer) -> Void) throws(RequestError) -> ByteBuffer {
        var message = ByteBufferAllocator().buffer(capacity: 256)
        message.writeInteger(UInt8(0))
        message.writeInteger(UInt32(0))
        write(&message)
        guard let length = UInt32(exactly: message.readableBytes - 5) else {
            throw RequestError(500, "the answer is too long for a message")
        }
        message.setInteger(length, at: 1)
        return message
    }

    /// The only message of a call.
    ///
    /// Throws ``RequestError``: not exactly one (400), or a compressed one (501).
    static func single(in body: ByteBuffer) throws(RequestError) -> ByteBuffer {
        var message = body
        guard let isCompressed: UInt8 = message.readInteger(), let length: UInt32 = message.readInteger(),
            message.readableBytes == Int(length)
        else { throw .invalid("the call brings not exactly one message") }
        guard isCompressed == 0 else { throw RequestError(501, "the message is expected as it is, not compressed") }
        return message
    }
}
