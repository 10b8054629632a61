import Support
import TensorFiles
import TestSupport
import Testing

struct EventFileTests {
    /// The examples of RFC 3720, appendix B.4, and the usual one of catalogues of checksums.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            ([UInt8](0..<32), 0x46DD_794E), ((0..<32).reversed(), 0x113F_DB5C), (Array("123456789".utf8), 0xE306_9283),
            ([], 0),
        ] as [([UInt8], UInt32)]
    )
    func checksums(bytes: [UInt8], expected: UInt32) {
        #expect(CRC32C.checksum(of: bytes) == expected)
    }

    /// The first field is the example of protobuf.dev/programming-guides/encoding, "A Simple Message".
    @Test func fieldsOfProtocolBuffers() {
        var writer = ProtobufWriter()
        writer.integer(1, 150)
        writer.integer(16, -1)
        writer.message(3) { $0.string(2, "testing") }
        #expect(
            writer.bytes == [0x08, 0x96, 0x01] + [0x80, 0x01] + [UInt8](repeating: 0xFF, count: 9) + [0x01]
                + [0x1A, 0x09, 0x12, 0x07] + Array("testing".utf8)
        )
    }

    /// Made with the messages and the checksum of tensorboard 2.21.0: `event_pb2.Event(...).SerializeToString()` between
    /// `struct.pack("<Q", length)`, `masked_crc32c` of it, and `masked_crc32c` of the message.
    @Test(
        arguments: [
            (
                Event(wallTime: 1.5, step: 0, .fileVersion),
                "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c"
            ),
            (
                Event(
                    wallTime: 1_763_771_334.25,
                    step: 300,
                    .scalars([("epoch_loss", 0.625), ("epoch_accuracy", 0.1)])
                ),
                "3800000000000000a3797d5709000090f14048da4110ac022a2a0a110a0a65706f63685f6c6f7373150000203f"
                    + "0a150a0e65706f63685f616363757261637915cdcccc3d9e1872a1"
            ),
            (
                Event(wallTime: 2, step: 7, .restart),
                "0f000000000000006d532b0909000000000000004010073a020801d1715dcb"
            ),
        ] as [(Event, String)]
    )
    func recordsAreThoseOfTensorBoard(event: Event, expected: String) {
        #expect(Hexadecimal.string(event.record) == expected)
    }

    @Test func aSecondFileOfAFolderComesLastAndTakesBack() throws {
        let scratch = try Scratch()
        for (time, step) in [(100.5, 0), (100.7, 3), (50, 5)] as [(Double, Int)] {
            let writer = try EventFileWriter(in: scratch("logs"), at: time, from: step)
            #expect(writer.isContinuation == (step > 0))
            try writer.append(Event(wallTime: time, step: step, .scalars([("loss", 1)])))
            try writer.flush()
        }
        let names = try FileSystem.names(in: scratch("logs"))
        #expect(names == (100...102).map { "events.out.tfevents.\($0).mlops" })
        let version = Event(wallTime: 50, step: 0, .fileVersion).record
        let restart = Event(wallTime: 50, step: 5, .restart).record
        let scalars = Event(wallTime: 50, step: 5, .scalars([("loss", 1)])).record
        #expect(try scratch.read("logs/\(names[2])") == version + restart + scalars)
    }
}
